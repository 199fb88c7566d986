import { BenchError } from '../../model/errors.ts';
import type { CompletedMeasurement } from '../../model/record.ts';
import type { RunData } from '../../results/run-folder.ts';
import { measurementRecords } from '../measurement-records.ts';
import { groupBy } from '../group-by.ts';
import { ANSWERS_NEEDED } from '../percentile-support.ts';
import { rowKey } from '../row-order.ts';
import { summarise } from '../summarise.ts';
import type { SummaryRow } from '../summary-row.ts';
import type { Summary } from '../summary.ts';
import {
  decideFamily,
  type Decision,
  EQUIVALENCE_MARGIN,
  FAMILY_ERROR,
} from '../../stats/decide.ts';
import {
  type ComparedFigure,
  failedRepeats,
  judgedFigure,
  medianOf,
  pairedMeasurements,
  type Pairing,
  percentileOf,
  rateOf,
  ratioOf,
  type Side,
} from '../verdicts/side.ts';
import {
  pairedLogRatio,
  unpairedLogRatio,
  type LogRatio,
  type MeasuredSpeed,
} from '../../stats/log-ratio.ts';
import { targetWords } from '../verdicts/verdict-sentence.ts';
import { repeatReason, sideReason } from '../verdicts/withheld.ts';
import type { Change, ComparedRun, Comparison } from './comparison.ts';
import { notComparable, runDifferences } from './run-facts.ts';

/** A run and where it lies. */
export interface NamedRun {
  readonly folder: string;
  readonly data: RunData;
}

interface MeasuredRun extends NamedRun {
  readonly summary: Summary;
  /** What was measured, no-op limits not among it, by the key of the row. */
  readonly sides: ReadonlyMap<string, Side>;
}

const P95: ComparedFigure = 'p95 response time';

const SPEED_OF: Readonly<
  Record<ComparedFigure, (measurement: CompletedMeasurement) => MeasuredSpeed>
> = {
  'request rate': rateOf,
  'median response time': medianOf,
  'p95 response time': (measurement) => percentileOf(measurement, 95),
};

const VALUE_OF: Readonly<Record<ComparedFigure, (row: SummaryRow) => number | undefined>> = {
  'request rate': (row) => row.requestRatePerSecond?.value,
  'median response time': (row) => row.p50Ms?.value,
  'p95 response time': (row) => row.p95Ms?.value,
};

const NOT_INTERLEAVED =
  'The runs were not interleaved: whatever changed on the machine between them counts as a difference. Intervals hold the noise inside the runs only.';

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

/** The repeats of the same number, which the same nodes measured. */
const pairingOf = (before: Side, after: Side, figure: ComparedFigure): Pairing => ({
  pairs: pairedMeasurements(after.repeats, before.repeats)
    .filter(([one, other]) => one.pair === other.pair)
    .map(([one, other]) => [SPEED_OF[figure](one), SPEED_OF[figure](other)] as const),
  failed: failedRepeats(before, after),
});

/** On several node pairs what a pair does to both runs cancels; on one machine repeats of two runs have nothing in common. */
const logRatioOf = (pairs: Pairing['pairs'], { environment }: RunData): LogRatio =>
  (environment.aws?.pairs.length ?? 1) > 1
    ? pairedLogRatio(pairs)
    : unpairedLogRatio(
        pairs.map(([first]) => first),
        pairs.map(([, second]) => second),
      );

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
  const asked = both.flatMap(({ earlier, later }) =>
    [judgedFigure(later.row.level), P95].map((figure) => {
      const pairing = pairingOf(earlier, later, figure);
      const name = targetWords(later.row.target, after.data.plan);
      const withheld =
        sideReason(earlier, `before, ${name}`, before.summary.answerChecks) ??
        sideReason(later, `after, ${name}`, after.summary.answerChecks) ??
        repeatReason(pairing) ??
        (figure === P95 ? p95Reason([earlier, later]) : undefined);
      return { earlier, later, figure, pairing, withheld };
    }),
  );
  const decisions = new Map<(typeof asked)[number], Decision>();
  for (const isP95 of [false, true]) {
    const family = asked.filter(
      ({ figure, withheld }) => withheld === undefined && (figure === P95) === isP95,
    );
    const ratios = family.map(({ pairing }) => logRatioOf(pairing.pairs, after.data));
    for (const [index, decision] of decideFamily(ratios).entries()) {
      const one = family[index];
      if (one !== undefined) decisions.set(one, decision);
    }
  }
  return asked.map((one): Change => {
    const { earlier, later, figure, pairing, withheld } = one;
    const { target, scenario, level } = later.row;
    const decision = decisions.get(one);
    const [valueBefore, valueAfter] = [earlier, later].map(({ row }) => VALUE_OF[figure](row));
    return {
      target,
      scenario,
      level,
      figure,
      ...(valueBefore === undefined ? {} : { before: valueBefore }),
      ...(valueAfter === undefined ? {} : { after: valueAfter }),
      word: 'undecided',
      ...(decision === undefined ? {} : { ...decision, ratio: ratioOf(figure, decision.ratio) }),
      repeats: pairing.pairs.length,
      ...(withheld === undefined ? {} : { withheld }),
    };
  });
};

const comparedRun = ({ folder, data: { plan }, summary }: MeasuredRun): ComparedRun => ({
  folder,
  createdAt: plan.createdAt,
  planHash: plan.hash,
  statement: summary.statement,
  valid: summary.validity?.valid !== false,
  ...(plan.served === undefined ? {} : { served: plan.served }),
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

const demandComparable = (reasons: readonly string[]): void => {
  if (reasons.length === 0) return;
  throw new BenchError('BENCH_NOT_COMPARABLE', ['not comparable', ...reasons].join('\n  '), {
    hint: 'compare two runs of the same plan on the same machine',
  });
};

/**
 * What became of the figures that two runs of the same machine have in common: at a closed loop request rate and p95, at an
 * open one median and p95. The repeats are held against each other and decided by the rule of verdicts inside a run, with
 * Holm over all p95s and over all other figures, since one false alarm anywhere is one too many. Pure.
 *
 * @throws BenchError where machines or settings differ, or no row is in both; as {@link summarise}
 */
export const compareRuns = (earlier: NamedRun, later: NamedRun): Comparison => {
  demandComparable(notComparable(earlier.data, later.data));
  const [before, after] = [measure(earlier), measure(later)];
  const changes = changesOf(before, after);
  demandComparable(
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
    familyError: FAMILY_ERROR,
    margin: EQUIVALENCE_MARGIN,
    changes,
  };
};
