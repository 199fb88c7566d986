import { timeSeriesOf } from '../../../../lib/bench/analysis/time-series.ts';
import type { CompletedCell } from '../../../../lib/bench/model/record.ts';
import { closed, recordedPaths, recordedRun } from '../../../support/recorded-run.ts';

const completed = (hasSeconds: boolean): CompletedCell[] =>
  recordedRun({ repeats: 2, durationSeconds: 5, hasSeconds }).records.filter(
    (record): record is CompletedCell => record.kind === 'cell' && record.state === 'completed',
  );

describe('the windows that are shown second by second', () => {
  const series = timeSeriesOf(completed(true));

  it('are one a path and scenario: the first repeat at the greatest load', () => {
    expect(series).toHaveLength(2 * recordedPaths().length);
    for (const one of series) {
      expect(one.level).toEqual(closed(16));
      expect(one.repeat).toBe(1);
      expect(one.seconds.map(({ second }) => second)).toEqual([0, 1, 2, 3, 4]);
    }
  });

  it('hold the seconds of their record', () => {
    const [first] = series;
    const record = completed(true).find(
      ({ cell }) =>
        cell.engine === 'onnx' &&
        cell.scenario === first?.scenario &&
        cell.path.serving === first.path.serving &&
        cell.repeat === 1 &&
        cell.level.loop === 'closed' &&
        cell.level.virtualUsers === 16,
    );
    expect(first?.seconds.map(({ succeeded }) => succeeded)).toEqual(
      record?.load.bins.map(({ succeeded }) => succeeded),
    );
  });

  it('leave out a last second that the end of the window cuts, which would look like a fall', () => {
    const cut = completed(true).map((cell) => ({
      ...cell,
      load: { ...cell.load, durationSeconds: 4.5 },
    }));

    expect(timeSeriesOf(cut)[0]?.seconds.map(({ second }) => second)).toEqual([0, 1, 2, 3]);
  });

  it('are none where the records have no seconds', () => {
    expect(timeSeriesOf(completed(false))).toEqual([]);
  });
});
