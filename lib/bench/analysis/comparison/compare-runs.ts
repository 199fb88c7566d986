import { rowKey, targetId } from '../../model/measurement.ts';
import { BenchError } from '../../model/errors.ts';
import type { Plan } from '../../model/plan.ts';
import type { CompletedMeasurement } from '../../model/record.ts';
import type { RunData } from '../../results/run-folder.ts';
import type { Distribution } from '../../stats/histogram.ts';
import { decideTogether, type Decision, MIN_REPEATS } from '../../stats/judgement.ts';
import { sum } from '../../stats/moments.ts';
import type { LogRatio } from '../../stats/noise.ts';
import { ANSWERS_NEEDED } from '../../stats/percentile-claim.ts';
import { percentileFigure } from '../../stats/percentile-of-run.ts';
import { meanFigure, ratiosOfRuns, type RunFigure } from '../../stats/run-ratios.ts';
import { readHistogram } from '../figures-over-repeats.ts';
import { groupBy } from '../group-by.ts';
import { type MeasuredRow, measurementRecords, repeatsOfRow } from '../records.ts';
import { summarise } from '../summarise.ts';
import type { SummaryRow } from '../summary-row.ts';
import type { Summary } from '../summary.ts';
import type { ComparedFigure } from '../verdict-types.ts';
import { FIGURE_OF_REPEAT, judgedFigure, ratioOf, withheldReason } from '../verdicts/pairing.ts';
import type { Change, ChangeReason, ComparedRun, Comparison, MachineLoads } from './comparison.ts';
import { loadKey } from '../verdicts/decided-pairs.ts';
import { commonChange, differingLoads, mayBeByMachine } from './machine-effect.ts';
import { measureAgain } from './measure-again.ts';
import { type ComparedRunFacts, fixedDifferences, runDifferences } from './run-differences.ts';

/** A run and its folder. */
export interface NamedRun {
  readonly folder: string;
  readonly data: RunData;
}

interface MeasuredRun extends NamedRun {
  readonly summary: Summary;
  /** The rows with their repeats, by row key, without no-op limits. */
  readonly measuredRows: ReadonlyMap<string, MeasuredRow>;
}

const P95: ComparedFigure = 'p95 response time';

const VALUE_OF: Readonly<Record<ComparedFigure, (row: SummaryRow) => number | undefined>> = {
  'request rate': (row) => row.requestRatePerSecond?.value,
  'median response time': (row) => row.p50Ms?.value,
  'p95 response time': (row) => row.p95Ms?.value,
};

const timesIn = ({ measurement, load }: CompletedMeasurement): Distribution =>
  readHistogram(`the measurement "${measurement.id}"`, load.histogram);

/**
 * The logarithm of a figure of a row in one run, or of the ratio of two.
 *
 * @param divisors repeats of an earlier run, each on the same node pair as the repeat at its place
 * @throws BenchError `BENCH_DAMAGED` if a histogram cannot be read
 */
const figureOfRow = (
  figure: ComparedFigure,
  repeats: readonly CompletedMeasurement[],
  divisors: readonly CompletedMeasurement[] = [],
): RunFigure => {
  if (figure === 'p95 response time') {
    return percentileFigure(95, repeats.map(timesIn), divisors.map(timesIn));
  }
  const figures = repeats.map(FIGURE_OF_REPEAT[figure]);
  const divisorFigures = divisors.map(FIGURE_OF_REPEAT[figure]);
  return meanFigure(
    figures.map(({ value }, at) => Math.log(value / (divisorFigures[at]?.value ?? 1))),
    Math.max(...[...figures, ...divisorFigures].map(({ minError }) => minError)),
  );
};

const measure = (run: NamedRun): MeasuredRun => {
  const { plan, records } = run.data;
  const summary = summarise(run.data);
  const known = measurementRecords(plan, records);
  const planned = groupBy(plan.measurements, rowKey);
  const rows = summary.rows.filter(({ engine }) => engine !== 'noop');
  return {
    ...run,
    summary,
    measuredRows: new Map(
      rows.map((row) => {
        const { repeats } = repeatsOfRow(planned.get(rowKey(row)) ?? [], known);
        return [rowKey(row), { row, repeats }];
      }),
    ),
  };
};

/** One figure of a row in both runs. */
interface SharedFigure {
  readonly figure: ComparedFigure;
  readonly earlier: SummaryRow;
  readonly later: SummaryRow;
  readonly before: readonly CompletedMeasurement[];
  readonly after: readonly CompletedMeasurement[];
  /** Why the change cannot be judged; undefined if it can. */
  readonly withheld: ChangeReason | undefined;
}

/** With fewer repeats, a run often has none of the repeats that slow answers crowd in. */
export const MIN_P95_REPEATS = 6;

type BothRepeats = Pick<SharedFigure, 'before' | 'after'>;

const countsOf = (
  { before, after }: BothRepeats,
  count: (repeats: readonly CompletedMeasurement[]) => number,
) => ({
  before: count(before),
  after: count(after),
});

/** Why there are too few repeats or answers; undefined if there are enough. */
const fewReason = (figure: ComparedFigure, shared: BothRepeats): ChangeReason | undefined => {
  const repeats = countsOf(shared, ({ length }) => length);
  const needed = figure === P95 ? MIN_P95_REPEATS : MIN_REPEATS;
  if (Math.min(repeats.before, repeats.after) < needed) {
    return { code: 'too-few-repeats', needed, ...repeats };
  }
  if (figure !== P95) return undefined;
  const answers = countsOf(shared, (all) => sum(all.map(({ load }) => load.latency.count)));
  return Math.min(answers.before, answers.after) < ANSWERS_NEEDED.p95
    ? { code: 'too-few-answers', ...answers }
    : undefined;
};

const inOrder = (repeats: readonly CompletedMeasurement[]): readonly CompletedMeasurement[] =>
  repeats.toSorted((a, b) => a.measurement.repeat - b.measurement.repeat);

/** The repeats that others have, too, on the same node pair. */
const sharedWith = (
  others: readonly CompletedMeasurement[],
  repeats: readonly CompletedMeasurement[],
): readonly CompletedMeasurement[] =>
  repeats.filter(({ measurement, pair }) =>
    others.some((other) => other.measurement.repeat === measurement.repeat && other.pair === pair),
  );

/**
 * The repeats to compare. On several node pairs, these are repeats with the same number on the same pair, so that the effect of a pair
 * cancels. On one machine, repeats of different runs have nothing in common.
 */
const comparedRepeats = (
  before: MeasuredRow,
  after: MeasuredRow,
  isPaired: boolean,
): BothRepeats => {
  const all = { before: inOrder(before.repeats), after: inOrder(after.repeats) };
  if (!isPaired) return all;
  return { before: sharedWith(all.after, all.before), after: sharedWith(all.before, all.after) };
};

const isOnPairs = ({ environment }: RunData): boolean => (environment.aws?.pairs.length ?? 1) > 1;

/** The figures that both runs have: for each row, the judged figure and p95. */
const sharedFigures = (before: MeasuredRun, after: MeasuredRun): readonly SharedFigure[] =>
  [...after.measuredRows].flatMap(([key, later]) => {
    const earlier = before.measuredRows.get(key);
    if (earlier === undefined) return [];
    const rowReason =
      withheldReason(earlier, before.summary, 'before') ??
      withheldReason(later, after.summary, 'after');
    const repeats = comparedRepeats(earlier, later, isOnPairs(after.data));
    return [judgedFigure(later.row.level), P95].map((figure) => ({
      figure,
      earlier: earlier.row,
      later: later.row,
      ...repeats,
      withheld: rowReason ?? fewReason(figure, repeats),
    }));
  });

interface JudgedChange extends Pick<Decision, 'ratio'>, Pick<Change, 'isSizeUncertain'> {
  readonly judgement: Change['judgement'];
}

/** What follows for a change that the busier machine does not explain alone. */
const ofBusierMachine = (
  { kind }: Decision['judgement'],
  loads: MachineLoads | undefined,
): Pick<Change, 'isSizeUncertain'> =>
  loads !== undefined && (kind === 'slower' || kind === 'faster') ? { isSizeUncertain: true } : {};

/** The verdicts on figures that are decided together. Ratios of times are inverted: a shorter time is faster. */
const decisionsOn = (
  family: readonly SharedFigure[],
  isPaired: boolean,
  loads: MachineLoads | undefined,
): readonly (readonly [SharedFigure, JudgedChange])[] => {
  const ratios = isPaired
    ? ratiosOfRuns(family.map(({ figure, before, after }) => figureOfRow(figure, after, before)))
    : ratiosOfRuns(
        family.map(({ figure, after }) => figureOfRow(figure, after)),
        family.map(({ figure, before }) => figureOfRow(figure, before)),
      );
  const speeds = ratios.map((ratio, at) =>
    family[at]?.figure === 'request rate' ? ratio : { ...ratio, mean: -ratio.mean },
  );
  const decisions = decideTogether(speeds);
  return family.map((shared, at) => {
    const [speed, { judgement, ratio }] = [speeds[at] as LogRatio, decisions[at] as Decision];
    const others = speeds.filter(
      (_, of) => of !== at && loadKey((family[of] as SharedFigure).later) === loadKey(shared.later),
    );
    const isExplained =
      loads !== undefined && mayBeByMachine(judgement, speed, others, loads, family.length);
    return [
      shared,
      isExplained
        ? {
            judgement: {
              kind: 'withheld',
              reason: { code: 'busier-machine', others: others.length },
            },
            ratio,
          }
        : { judgement, ratio, ...ofBusierMachine(judgement, loads) },
    ] as const;
  });
};

const changesOf = (
  before: MeasuredRun,
  after: MeasuredRun,
  loads: MachineLoads | undefined,
): readonly Change[] => {
  const figures = sharedFigures(before, after);
  const judged = figures.filter(({ withheld }) => withheld === undefined);
  const isPaired = isOnPairs(after.data);
  const decisions = new Map([
    ...decisionsOn(
      judged.filter(({ figure }) => figure === P95),
      isPaired,
      loads,
    ),
    ...decisionsOn(
      judged.filter(({ figure }) => figure !== P95),
      isPaired,
      loads,
    ),
  ]);
  return figures.map((shared): Change => {
    const { earlier, later, figure, withheld } = shared;
    const { target, scenario, level } = later;
    const decision = decisions.get(shared);
    return {
      target,
      scenario,
      level,
      figure,
      before: VALUE_OF[figure](earlier),
      after: VALUE_OF[figure](later),
      ...(decision === undefined
        ? { judgement: { kind: 'withheld', reason: withheld as ChangeReason } }
        : { ...decision, ratio: ratioOf(figure, decision.ratio) }),
      repeats: countsOf(shared, ({ length }) => length),
    };
  });
};

const countsOfKinds = (changes: readonly Change[]): Comparison['counts'] => {
  const counts = { slower: 0, faster: 0, equal: 0, bounded: 0, noisy: 0, withheld: 0 };
  for (const { judgement } of changes) counts[judgement.kind] += 1;
  return counts;
};

const comparedRun = (run: MeasuredRun, other: MeasuredRun): ComparedRun => {
  const { folder, data, summary, measuredRows } = run;
  const { validity, isGoingOn } = summary;
  const only = [...measuredRows.keys()].filter((key) => !other.measuredRows.has(key));
  const valid = validity?.valid !== false;
  return {
    folder,
    createdAt: data.plan.createdAt,
    planHash: data.plan.hash,
    valid,
    invalid: valid ? undefined : validity.reasons,
    isGoingOn,
    only: only.length === 0 ? undefined : only,
    served: data.plan.served,
  };
};

const refusal = (code: BenchError['code'], message: string): BenchError =>
  new BenchError(code, message, {
    hint: 'compare two runs of the same plan on the same machine, or save a new baseline with --save-baseline NAME',
  });

const noCommonRow = (): BenchError =>
  refusal('BENCH_NO_COMMON_ROW', 'no target was measured at the same level in both runs');

/** What a plan measures. A search has no level yet. */
const plannedRows = ({ measurements, searches = [] }: Plan): readonly string[] => [
  ...measurements.map(rowKey),
  ...searches.map(({ target }) => targetId(target)),
];

/**
 * @throws BenchError `BENCH_NOT_COMPARABLE` if machines or settings differ, `BENCH_SAME_RUN`, or `BENCH_NO_COMMON_ROW` if their plans have
 *   nothing in common
 */
export const assertComparable = (before: ComparedRunFacts, after: ComparedRunFacts): void => {
  if (before.plan.createdAt === after.plan.createdAt && before.plan.hash === after.plan.hash) {
    throw refusal('BENCH_SAME_RUN', 'both folders hold the same run');
  }
  const differences = fixedDifferences(before, after);
  if (differences.length === 0) {
    const planned = new Set(plannedRows(before.plan));
    if (!plannedRows(after.plan).some((row) => planned.has(row))) throw noCommonRow();
    return;
  }
  const lines = differences.map(
    (fact) => `${fact.what}: ${fact.before} before, ${fact.after} after`,
  );
  const other = before.folder === undefined ? '' : ` with ${before.folder}`;
  throw refusal('BENCH_NOT_COMPARABLE', [`not comparable${other}`, ...lines].join('\n  '));
};

/**
 * Judges how the figures of two runs on the same machine have changed: request rate and p95 in a closed loop, median and p95 in an open
 * loop. The verdicts are made as within a run. They share one probability of error, p95s and other figures apart, because a single
 * false alarm is one too many.
 *
 * @throws BenchError `BENCH_NOT_COMPARABLE` if machines or settings differ, `BENCH_SAME_RUN`, or `BENCH_NO_COMMON_ROW`
 */
export const compareRuns = (earlier: NamedRun, later: NamedRun): Comparison => {
  assertComparable(earlier.data, later.data);
  const [before, after] = [measure(earlier), measure(later)];
  const loads = differingLoads(
    before.summary.machine,
    after.summary.machine,
    later.data.environment.machine.cores,
  );
  const changes = changesOf(before, after, loads);
  if (changes.length === 0) throw noCommonRow();
  const comparison: Omit<Comparison, 'again'> = {
    format: 3,
    before: comparedRun(before, after),
    after: comparedRun(after, before),
    differences: runDifferences(earlier.data, later.data),
    loads,
    common: commonChange(changes),
    counts: countsOfKinds(changes),
    changes,
  };
  return { ...comparison, again: measureAgain(comparison, later.data.plan) };
};
