import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { reportedRecords } from '../../../../lib/bench/analysis/records.ts';
import type { RunData } from '../../../../lib/bench/results/run-folder.ts';
import {
  closed,
  isCompleted,
  recordedRun,
  withMeasurements,
} from '../../../support/recorded-run.ts';

/** A run with some unsteady windows, whose records are in reverse order. */
const run = (): RunData => {
  const data = recordedRun({
    levels: [closed(1), closed(4)],
    repeats: 3,
    durationSeconds: 12,
    hasSeconds: true,
  });
  const changed = withMeasurements(data, (record) => {
    if (record.measurement.target.serving !== 'torchserve') return record;
    const bins = record.load.bins.map((bin) =>
      bin.second > 8 ? { ...bin, succeeded: bin.succeeded * 3 } : bin,
    );
    return { ...record, load: { ...record.load, bins } };
  });
  return { ...changed, records: changed.records.toReversed() };
};

const reported = (data: RunData): RunData => ({
  ...data,
  records: data.records.map(reportedRecords(data.plan)),
});

describe('The records kept for a report', () => {
  const [all, kept] = [run(), reported(run())];

  it('give the same summary', () => {
    const summary = summarise(kept);

    expect(summary).toEqual(summarise(all));
    expect(summary.rows.some(({ unsteadyRepeats = [] }) => unsteadyRepeats.length > 0)).toBe(true);
  });

  it('have no bins', () => {
    expect(kept.records.filter(isCompleted).every(({ load }) => load.bins.length === 0)).toBe(true);
  });

  it('share their measurements with the plan', () => {
    const [record] = kept.records.filter(isCompleted);

    expect(kept.plan.measurements.some((planned) => planned === record?.measurement)).toBe(true);
  });
});
