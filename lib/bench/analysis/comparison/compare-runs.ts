import { BenchError } from '../../errors.ts';
import { levelId, pathId } from '../../plan/cell.ts';
import type { RunData } from '../../results/run-folder.ts';
import { cellRecords } from '../cell-records.ts';
import { groupBy } from '../group-by.ts';
import { rowKey } from '../row-key.ts';
import { summarise } from '../summarise.ts';
import type { Summary } from '../summary.ts';
import { decideFamily, EQUIVALENCE_MARGIN, FAMILY_ERROR } from '../verdicts/decide.ts';
import { unpairedLogRatio } from '../verdicts/log-ratio.ts';
import { pathWords, type Served } from '../verdicts/pair-words.ts';
import { rateOf, type Side } from '../verdicts/side.ts';
import { LEAST_REPEATS, offerReason, sideReason } from '../verdicts/withheld.ts';
import { changeSentence } from './change-sentence.ts';
import type { Change, Comparison, ComparedRun } from './comparison.ts';
import { runDifferences, workDifferences } from './run-differences.ts';
import { nodePairNotices } from './node-pair-notices.ts';
import { isSameMeasurement, sameRunNotices } from './same-records.ts';

/** A run and where it lies. */
export interface NamedRun {
  readonly folder: string;
  readonly data: RunData;
}

interface MeasuredRun {
  readonly summary: Summary;
  readonly sides: ReadonlyMap<string, Side>;
}

const measuredRun = (data: RunData): MeasuredRun => {
  const summary = summarise(data);
  const { completed } = cellRecords(data.plan.cells, data.records);
  const repeats = groupBy(completed.values(), ({ cell }) => rowKey(cell));
  const measured = summary.rows.filter(({ engine }) => engine !== 'null');
  return {
    summary,
    sides: new Map(
      measured.map((row) => [rowKey(row), { row, repeats: repeats.get(rowKey(row)) ?? [] }]),
    ),
  };
};

const NOT_INTERLEAVED =
  'The two runs were not interleaved: whatever changed on the machine between them, warmth, neighbours, updates, counts as a difference. Interval and error are of the noise inside the runs only; to be sure, run both states again in turns.';

const withheldReason = (
  before: Side,
  after: Side,
  runs: { readonly before: MeasuredRun; readonly after: MeasuredRun },
  served: Served,
): string | undefined => {
  if (isSameMeasurement(before, after)) {
    return 'Both runs hold the very same records of this row: nothing was measured anew.';
  }
  const name = pathWords(after.row.path, served);
  const least = Math.min(before.repeats.length, after.repeats.length);
  return (
    sideReason(before, `before, ${name}`, runs.before.summary.checks) ??
    sideReason(after, `after, ${name}`, runs.after.summary.checks) ??
    offerReason(before, after) ??
    (least < LEAST_REPEATS
      ? `A verdict needs ${LEAST_REPEATS} repeats in both runs, and one has ${least}.`
      : undefined)
  );
};

const rateIn = ({ row }: Side): number | undefined => row.requestRatePerSecond?.value;

const changesOf = (
  runs: { readonly before: MeasuredRun; readonly after: MeasuredRun },
  served: Served,
): readonly Change[] => {
  const rows = [...runs.after.sides].flatMap(([key, after]) => {
    const before = runs.before.sides.get(key);
    if (before === undefined) return [];
    return [{ before, after, withheld: withheldReason(before, after, runs, served) }];
  });
  const open = rows.filter(({ withheld }) => withheld === undefined);
  const decisions = decideFamily(
    open.map(({ before, after }) =>
      unpairedLogRatio(after.repeats.map(rateOf), before.repeats.map(rateOf)),
    ),
  );
  return rows.map((row): Change => {
    const { path, engine, scenario, level } = row.after.row;
    const [rateBefore, rateAfter] = [rateIn(row.before), rateIn(row.after)];
    const change = {
      path,
      engine,
      scenario,
      level,
      ...(decisions[open.indexOf(row)] ?? { word: 'undecided', withheld: row.withheld ?? '' }),
      ...(rateBefore === undefined ? {} : { ratePerSecondBefore: rateBefore }),
      ...(rateAfter === undefined ? {} : { ratePerSecondAfter: rateAfter }),
      repeatsBefore: row.before.repeats.length,
      repeatsAfter: row.after.repeats.length,
    } as const;
    return { ...change, sentence: changeSentence(change, served) };
  });
};

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

/**
 * What became of each row that two runs have in common: Welch's interval of the ratio of their rates, as the runs share no
 * repeats, decided in the same words as verdicts, with Holm over all rows, since one false alarm in any row is one too many.
 * Differences between the runs are named; those of the work itself are refused. Pure.
 *
 * @throws BenchError where the runs did different work or have no row in common; as {@link summarise}
 */
export const compareRuns = (before: NamedRun, after: NamedRun): Comparison => {
  demandSameWork(before, after);
  const runs = { before: measuredRun(before.data), after: measuredRun(after.data) };
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
      ...sameRunNotices(same, changes.length),
      ...(same === changes.length ? [] : [NOT_INTERLEAVED]),
      ...nodePairNotices(runs.before.sides, runs.after.sides),
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
