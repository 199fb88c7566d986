import { timeSeriesOf } from '../../../../lib/bench/analysis/time-series.ts';
import {
  closed,
  isCompleted,
  recordedTargets,
  recordedRun,
} from '../../../support/recorded-run.ts';

const completed = (hasSeconds: boolean) =>
  recordedRun({ repeats: 2, durationSeconds: 5, hasSeconds }).records.filter(isCompleted);

describe('The windows that are shown second by second', () => {
  const series = timeSeriesOf(completed(true));

  it('are one a target and scenario: the first repeat at the greatest load', () => {
    expect(series).toHaveLength(2 * recordedTargets().length);
    for (const one of series) {
      expect(one.level).toEqual(closed(16));
      expect(one.repeat).toBe(1);
      expect(one.seconds.map(({ second }) => second)).toEqual([0, 1, 2, 3, 4]);
    }
  });

  it('hold the seconds of their record', () => {
    const [first] = series;
    const record = completed(true).find(
      ({ measurement }) =>
        measurement.engine === 'onnx' &&
        measurement.scenario === first?.scenario &&
        measurement.target.serving === first.target.serving &&
        measurement.repeat === 1 &&
        measurement.level.loop === 'closed' &&
        measurement.level.virtualUsers === 16,
    );
    expect(first?.seconds.map(({ succeeded }) => succeeded)).toEqual(
      record?.load.bins.map(({ succeeded }) => succeeded),
    );
  });

  it('leave out a last second that the end of the window cuts, which would look like a fall', () => {
    const cut = completed(true).map((measurement) => ({
      ...measurement,
      load: { ...measurement.load, durationSeconds: 4.5 },
    }));

    expect(timeSeriesOf(cut)[0]?.seconds.map(({ second }) => second)).toEqual([0, 1, 2, 3]);
  });

  it('are none where the records have no seconds', () => {
    expect(timeSeriesOf(completed(false))).toEqual([]);
  });
});
