import { BenchError } from '../../model/errors.ts';
import { targetId } from '../../model/measurement.ts';
import type { RunData } from '../../results/run-folder.ts';
import { measurementRecords } from '../measurement-records.ts';
import { groupBy } from '../group-by.ts';
import { ANSWERS_NEEDED } from '../../stats/percentile-claim.ts';
import { rowKey } from '../row-order.ts';
import { summarise } from '../summarise.ts';
import type { SummaryRow } from '../summary-row.ts';
import type { Summary } from '../summary.ts';
import { decideTogether, type Decision } from '../../stats/judgement.ts';
import {
  type ComparedFigure,
  judgedFigure,
  type Pairing,
  pairRepeats,
  ratioOf,
  type Side,
} from '../verdicts/pairing.ts';
import { pairedDifferences, unpairedDifferences } from '../../stats/log-ratio.ts';
import { estimate, type LogRatio } from '../../stats/noise.ts';
import { repeatReason, sideReason } from '../verdicts/withheld.ts';
import type { Change, ComparedRun, Comparison } from './comparison.ts';
import { notComparable, runDifferences } from './run-facts.ts';
import { fullLabel } from '../../wording/labels.ts';

/** A run and its folder. */
export interface NamedRun {
  readonly folder: string;
  readonly data: RunData;
}

interface MeasuredRun extends NamedRun {
  readonly summary: Summary;
  /** The measured targets, without no-op limits, by the key of the row. */
  readonly sides: ReadonlyMap<string, Side>;
}

const P95: ComparedFigure = 'p95 response time';

const VALUE_OF: Readonly<Record<ComparedFigure, (row: SummaryRow) => number | undefined>> = {
  'request rate': (row) => row.requestRatePerSecond?.value,
  'median response time': (row) => row.p50Ms?.value,
  'p95 response time': (row) => row.p95Ms?.value,
};

const FIGURES = Object.keys(VALUE_OF) as readonly ComparedFigure[];

const NOT_INTERLEAVED =
  'The runs were not interleaved: whatever changed on the machine between them counts as a difference. Intervals cover only the noise within each run.';

const measure = (run: NamedRun): MeasuredRun => {
  const { plan, records } = run.data;
  const summary = summarise(run.data);
  const repeats = groupBy(measurementRecords(plan, records).completed.values(), ({ measurement }) =>
    rowKey(measurement),
  );
  const rows = summary.rows.filter(({ engine }) => engine !== 'noop');
  return {
    ...run,
    summary,
    sides: new Map(
      rows.map((row) => [rowKey(row), { row, repeats: repeats.get(rowKey(row)) ?? [] }]),
    ),
  };
};

/** On several node pairs the effect of a pair cancels; on one machine the repeats of two runs have nothing in common. */
const differencesIn = ({ environment }: RunData): typeof pairedDifferences =>
  (environment.aws?.pairs.length ?? 1) > 1 ? pairedDifferences : unpairedDifferences;

/** One figure of a row in both runs. */
interface FigureInBoth {
  readonly earlier: Side;
  readonly later: Side;
  readonly figure: ComparedFigure;
  readonly pairing: Pairing;
  readonly withheld: string | undefined;
}

/** The ratios of one figure; noise belongs to the targets. */
const ratiosOf = (all: readonly FigureInBoth[]): readonly (readonly [FigureInBoth, LogRatio])[] => {
  const targets = [...groupBy(all, ({ later }) => targetId(later.row.target))];
  const estimated = estimate(
    targets.map(([target, own]) => ({
      first: `after ${target}`,
      second: `before ${target}`,
      levels: new Map(own.map(({ later, pairing }) => [rowKey(later.row), pairing.differences])),
    })),
  );
  return targets.flatMap(([, own], index) =>
    own.flatMap((one) => {
      const ratio = estimated[index]?.levels.get(rowKey(one.later.row));
      return ratio === undefined ? [] : [[one, ratio] as const];
    }),
  );
};

const p95Reason = (sides: readonly Side[]): string | undefined => {
  const counts = sides.flatMap(({ repeats }) => repeats.map(({ load }) => load.latency.count));
  const least = Math.min(...counts);
  return least < ANSWERS_NEEDED.p95
    ? `A p95 needs ${ANSWERS_NEEDED.p95} answers in each repeat, and one has ${least}.`
    : undefined;
};

const changesOf = (before: MeasuredRun, after: MeasuredRun): readonly Change[] => {
  const both = [...after.sides].flatMap(([key, later]) => {
    const earlier = before.sides.get(key);
    return earlier === undefined ? [] : [{ earlier, later }];
  });
  const figuresInBoth = both.flatMap(({ earlier, later }): readonly FigureInBoth[] =>
    [judgedFigure(later.row.level), P95].map((figure) => {
      const pairing = pairRepeats(figure, later, earlier, differencesIn(after.data));
      const name = fullLabel(later.row.target, after.data.plan);
      const withheld =
        sideReason(earlier, `before, ${name}`, before.summary.answerChecks) ??
        sideReason(later, `after, ${name}`, after.summary.answerChecks) ??
        repeatReason(pairing) ??
        (figure === P95 ? p95Reason([earlier, later]) : undefined);
      return { earlier, later, figure, pairing, withheld };
    }),
  );
  const open = figuresInBoth.filter(({ withheld }) => withheld === undefined);
  const decisions = new Map<FigureInBoth, Decision>();
  for (const figures of [[P95], FIGURES.filter((figure) => figure !== P95)]) {
    const family = figures.flatMap((figure) =>
      ratiosOf(open.filter((one) => one.figure === figure)),
    );
    for (const [index, decision] of decideTogether(family.map(([, ratio]) => ratio)).entries()) {
      const one = family[index]?.[0];
      if (one !== undefined) decisions.set(one, decision);
    }
  }
  return figuresInBoth.map((one): Change => {
    const { earlier, later, figure, pairing, withheld = '' } = one;
    const { target, scenario, level } = later.row;
    const decision = decisions.get(one);
    const [valueBefore, valueAfter] = [earlier, later].map(({ row }) => VALUE_OF[figure](row));
    return {
      target,
      scenario,
      level,
      figure,
      before: valueBefore,
      after: valueAfter,
      ...(decision === undefined
        ? { judgement: { word: 'withheld', reason: withheld } }
        : { ...decision, ratio: ratioOf(figure, decision.ratio) }),
      repeats: pairing.differences.repeats,
    };
  });
};

const comparedRun = ({ folder, data: { plan }, summary }: MeasuredRun): ComparedRun => ({
  folder,
  createdAt: plan.createdAt,
  planHash: plan.hash,
  statement: summary.statement,
  valid: summary.validity?.valid !== false,
  served: plan.served,
});

const stateNotices = (which: string, { validity, isGoingOn }: Summary): readonly string[] => [
  ...(validity?.valid === false
    ? [`The run ${which} is INVALID: ${validity.reasons.join(' ')}`]
    : []),
  ...(isGoingOn === true
    ? [`The run ${which} is not finished: its figures may still change.`]
    : []),
];

const onlyNotice = (which: string, one: MeasuredRun, other: MeasuredRun): readonly string[] => {
  const only = [...one.sides.keys()].filter((key) => !other.sides.has(key));
  return only.length === 0 ? [] : [`Only in the run ${which}: ${only.join('; ')}.`];
};

const assertComparable = (reasons: readonly string[]): void => {
  if (reasons.length === 0) return;
  throw new BenchError('BENCH_NOT_COMPARABLE', ['not comparable', ...reasons].join('\n  '), {
    hint: 'compare two runs of the same plan on the same machine',
  });
};

/**
 * How the figures that two runs of the same machine share have changed: request rate and p95 in a closed loop, median and p95
 * in an open one. Repeats are compared as for the verdicts inside a run, all p95s together and all other figures together,
 * since one false alarm anywhere is one too many.
 *
 * @throws BenchError if machines or settings differ, or no row is in both; as {@link summarise}
 */
export const compareRuns = (earlier: NamedRun, later: NamedRun): Comparison => {
  assertComparable(notComparable(earlier.data, later.data));
  const [before, after] = [measure(earlier), measure(later)];
  const changes = changesOf(before, after);
  assertComparable(
    changes.length === 0 ? ['no target was measured at the same level in both runs'] : [],
  );
  return {
    schema: 1,
    before: comparedRun(before),
    after: comparedRun(after),
    differences: runDifferences(earlier.data, later.data),
    notices: [
      ...stateNotices('before', before.summary),
      ...stateNotices('after', after.summary),
      NOT_INTERLEAVED,
      ...onlyNotice('before', before, after),
      ...onlyNotice('after', after, before),
    ],
    changes,
  };
};
