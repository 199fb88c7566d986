import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { reportedRecords } from '../../../../lib/bench/analysis/window-course.ts';
import type { RunData } from '../../../../lib/bench/results/run-folder.ts';
import {
  closed,
  isCompleted,
  recordedRun,
  withMeasurements,
} from '../../../support/recorded-run.ts';

/** Some windows are unsteady. */
const run = (): RunData => {
  const data = recordedRun({
    levels: [closed(1), closed(4)],
    repeats: 3,
    durationSeconds: 12,
    hasSeconds: true,
  });
  const changed = withMeasurements(data, (one) => {
    if (one.measurement.target.serving !== 'torchserve') return one;
    const bins = one.load.bins.map((bin) =>
      bin.second > 8 ? { ...bin, succeeded: bin.succeeded * 3 } : bin,
    );
    return { ...one, load: { ...one.load, bins } };
  });
  return { ...changed, records: changed.records.toReversed() };
};

const reported = (data: RunData): RunData => ({
  ...data,
  records: data.records.map(reportedRecords(data.plan)),
});

describe('The summary kept for the report of a run', () => {
  const [all, kept] = [run(), reported(run())];

  it('gives the same summary', () => {
    const summary = summarise(kept);

    expect(summary).toEqual(summarise(all));
    expect(summary.rows.some(({ unsteadyRepeats = [] }) => unsteadyRepeats.length > 0)).toBe(true);
  });

  it('has no seconds', () => {
    expect(kept.records.filter(isCompleted).every(({ load }) => load.bins.length === 0)).toBe(true);
  });

  it('shares its measurements with the plan', () => {
    const [record] = kept.records.filter(isCompleted);

    expect(kept.plan.measurements.some((one) => one === record?.measurement)).toBe(true);
  });
});
