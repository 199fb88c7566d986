import { compareRuns } from '../../../../../lib/bench/analysis/comparison/compare-runs.ts';
import { measureAgain } from '../../../../../lib/bench/analysis/comparison/measure-again.ts';
import type { Comparison } from '../../../../../lib/bench/analysis/comparison/comparison.ts';
import { profiles } from '../../../../../lib/bench/plan/profiles.ts';
import { ANSWERS_NEEDED } from '../../../../../lib/bench/stats/percentile-claim.ts';
import type { RunData } from '../../../../../lib/bench/results/run-folder.ts';
import { besideOthers } from '../../../../support/beside-others.ts';
import { pastedCommands } from '../../../../support/pasted-commands.ts';
import {
  closed,
  recordedRun,
  recordedTargets,
  type RecordedRunOptions,
} from '../../../../support/recorded-run.ts';
import { withRates } from './run-on-pairs.ts';

const runOf = (changed: RecordedRunOptions): RunData =>
  recordedRun({
    targets: recordedTargets().slice(2),
    levels: [closed(16)],
    scenarios: ['warm'],
    repeats: 8,
    durationSeconds: 4,
    ...changed,
  });

const compare = (before: RunData, after: RunData): Comparison =>
  compareRuns(
    { folder: 'a', data: before },
    { folder: 'b', data: { ...after, plan: { ...after.plan, createdAt: '2026-01-03T03:00:00Z' } } },
  );

const againOf = (before: RunData, after: RunData): Comparison['again'] =>
  compare(before, after).again;

/** The same for the rates alone. */
const againOfRates = (before: RunData, after: RunData): Comparison['again'] => {
  const { changes, ...comparison } = compare(before, after);
  const rates = changes.filter(({ figure }) => figure === 'request rate');
  return measureAgain({ ...comparison, changes: rates }, after.plan);
};

describe('The command that measures two runs again', () => {
  it('has the repeats that every figure needs for a verdict, or those of the longer run', async () => {
    const [four, five, eight] = [4, 5, 8].map((repeats) => runOf({ repeats })) as [
      RunData,
      RunData,
      RunData,
    ];
    const again = againOf(five, four);

    expect(again).toMatchObject({ repeats: 6, isBusy: false });
    expect(again?.command).toContain(' --repeats 6 ');
    expect(await pastedCommands(again?.command ?? '')).toHaveLength(1);
    expect(againOf(eight, four)?.repeats).toBe(8);
  });

  it('has as many repeats as a p95 needs answers', () => {
    const short = runOf({ durationSeconds: 0.05 });
    const { again, changes } = compare(short, short);
    const answers = changes.flatMap(({ judgement }) =>
      judgement.kind === 'withheld' && judgement.reason.code === 'too-few-answers'
        ? judgement.reason.before
        : [],
    );
    const perRepeat = Math.min(...answers) / 8;

    expect(again?.repeats).toBe(Math.ceil(ANSWERS_NEEDED.p95 / perRepeat));
  });

  it('has more repeats if figures are too noisy to tell, but not more than the default run has at most', () => {
    const run = runOf({});
    const noisy = withRates(run, ({ measurement: { repeat } }) => 1 + 0.3 * (repeat % 3));

    expect(againOf(noisy, noisy)).toMatchObject({
      repeats: profiles.quick.options.repeats,
      isBusy: true,
    });
  });

  it('has the same repeats if only a busier machine took the verdicts, or may hide what became slower', () => {
    const run = runOf({});
    const slower = withRates(run, () => 0.6);
    const [quiet, busy] = [besideOthers(run, 0.02), besideOthers(slower, 0.4)];

    expect(againOfRates(quiet, busy)).toMatchObject({ repeats: 8, isBusy: true });
    expect(againOfRates(besideOthers(run, 0.4), quiet)).toMatchObject({ repeats: 8, isBusy: true });
  });

  it('is told if the machine may be a part of what became slower', () => {
    const run = runOf({});
    const slower = withRates(run, ({ measurement: { target } }) =>
      target.serving === 'triton_pytorch' ? 0.4 : 1,
    );

    expect(againOfRates(run, slower)).toBeUndefined();
    expect(againOfRates(besideOthers(run, 0.02), besideOthers(slower, 0.4))).toMatchObject({
      repeats: 8,
      isBusy: true,
    });
  });

  it('is not told if all figures have a verdict, or if a run is invalid', () => {
    const run = runOf({});

    expect(againOfRates(run, run)).toBeUndefined();
    const five = runOf({ repeats: 5 });
    expect(againOf(five, { ...five, records: five.records.slice(0, -1) })).toBeUndefined();
  });
});
