import { BenchError } from '../../errors.ts';
import { levelId, pathId } from '../../plan/cell.ts';
import type { RunData } from '../../results/run-folder.ts';
import type { Summary } from '../summary.ts';
import { EQUIVALENCE_MARGIN, FAMILY_ERROR } from '../verdicts/decide.ts';
import { changesOf } from './changes.ts';
import type { Comparison, ComparedRun } from './comparison.ts';
import { machineNotices } from './machine-notices.ts';
import { measuredRun, type MeasuredRun } from './measured-run.ts';
import { runDifferences, workDifferences } from './run-differences.ts';
import { isSameMeasurement, sameRunNotices } from './same-records.ts';
import { searchNotices } from './search-notices.ts';

/** A run and where it lies. */
export interface NamedRun {
  readonly folder: string;
  readonly data: RunData;
}

const NOT_INTERLEAVED =
  'The two runs were not interleaved: whatever changed on the machine between them, warmth, neighbours, updates, counts as a difference. Interval and error are of the noise inside the runs only; to be sure, run both states again in turns.';

const onlyIn = (one: MeasuredRun, other: MeasuredRun): readonly string[] =>
  [...one.sides]
    .filter(([key]) => !other.sides.has(key))
    .map(
      ([, { row }]) => `${pathId(row.path)} ${row.engine} ${row.scenario} ${levelId(row.level)}`,
    );

const comparedRun = (
  { folder, data }: NamedRun,
  { statement, validity }: Summary,
): ComparedRun => ({
  folder,
  createdAt: data.plan.createdAt,
  planHash: data.plan.hash,
  statement,
  valid: validity?.valid !== false,
  ...(data.plan.served === undefined ? {} : { served: data.plan.served }),
});

const demandSameWork = (before: NamedRun, after: NamedRun): void => {
  const [first] = workDifferences(before.data, after.data);
  if (first === undefined) return;
  throw new BenchError(
    'BENCH_NOT_COMPARABLE',
    `${before.folder} and ${after.folder} did different work: the ${first.what} of the one is ${first.before}, that of the other ${first.after}`,
    { hint: 'compare two runs of the same model, data set and kind of runtime' },
  );
};

/** An invalid run is compared, since its sound rows may be, but nobody may miss what it is. */
const invalidity = (which: 'before' | 'after', { validity }: Summary): readonly string[] =>
  validity === undefined || validity.valid
    ? []
    : [`The run ${which} is INVALID: ${validity.reasons.join(' ')}`];

const goingOn = (which: 'before' | 'after', { isGoingOn }: Summary): readonly string[] =>
  isGoingOn === true
    ? [`The run ${which} goes on: what it has recorded so far is compared, and may still change.`]
    : [];

/**
 * What became of each row that two runs have in common: the interval of the ratio of their rates, with like held against like
 * where several machines measured (see {@link likeWithLike}), decided in the same words as verdicts, with Holm over all rows,
 * since one false alarm in any row is one too many.
 * Differences between the runs are named; those of the work itself are refused. Pure.
 *
 * @throws BenchError where the runs did different work or have no row in common; as {@link summarise}
 */
export const compareRuns = (before: NamedRun, after: NamedRun): Comparison => {
  demandSameWork(before, after);
  const runs = {
    before: measuredRun(before.data, 'before'),
    after: measuredRun(after.data, 'after'),
  };
  const changes = changesOf(runs, after.data.plan);
  if (changes.length === 0) {
    throw new BenchError(
      'BENCH_NOT_COMPARABLE',
      `${before.folder} and ${after.folder} have no path in common at the same load and scenario`,
      { hint: 'compare two runs of the same plan' },
    );
  }
  const differences = runDifferences(before.data, after.data);
  const same = [...runs.after.sides].filter(([key, side]) => {
    const other = runs.before.sides.get(key);
    return other !== undefined && isSameMeasurement(other, side);
  }).length;
  return {
    schema: 1,
    before: comparedRun(before, runs.before.summary),
    after: comparedRun(after, runs.after.summary),
    differences,
    notices: [
      ...invalidity('before', runs.before.summary),
      ...invalidity('after', runs.after.summary),
      ...goingOn('before', runs.before.summary),
      ...goingOn('after', runs.after.summary),
      ...sameRunNotices(same, changes.length),
      ...(same === changes.length ? [] : [NOT_INTERLEAVED]),
      ...machineNotices(changes),
      ...searchNotices(runs.before.summary, runs.after.summary),
      ...(differences.length === 0
        ? []
        : [
            `The runs also differ in: ${differences.map(({ what }) => what).join(', ')}. Each of these may be why the figures differ.`,
          ]),
    ],
    familyError: FAMILY_ERROR,
    margin: EQUIVALENCE_MARGIN,
    changes,
    onlyBefore: onlyIn(runs.before, runs.after),
    onlyAfter: onlyIn(runs.after, runs.before),
  };
};
