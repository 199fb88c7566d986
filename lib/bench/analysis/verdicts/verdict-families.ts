import { levelId, type Target, targetId } from '../../model/measurement.ts';
import { decide, type Decision, isOpen, narrow, SPEED_ERROR } from '../../stats/judgement.ts';
import { type Look, RESUMED_PART } from '../../stats/looks.ts';
import { meanOf } from '../../stats/moments.ts';
import { estimate, type LogRatio } from '../../stats/noise.ts';
import { ASSUMED_NOISE, repeatsToDecide } from '../../stats/power.ts';
import { groupBy } from '../group-by.ts';
import type { MeasuredRow } from '../records.ts';
import type { Summary } from '../summary.ts';
import type {
  HeadlineVerdicts,
  JudgedFigure,
  Load,
  RepeatNoise,
  Verdict,
  WithheldReason,
} from '../verdict-types.ts';
import {
  judgedFigure,
  type Pairing,
  pairRepeats,
  ratioOf,
  repeatReason,
  withheldReason,
  type AnswerFacts,
} from './pairing.ts';

/** Two targets at one level. */
interface LoadPair {
  readonly load: Load;
  readonly pairing: Pairing;
  /** Why they cannot be compared at this level; undefined if they can. */
  readonly reason: WithheldReason | undefined;
  /** Undefined if they cannot be compared. */
  readonly ratio: LogRatio | undefined;
}

/** Two targets at all levels that are judged by one figure. */
interface TargetPair {
  readonly first: Target;
  readonly second: Target;
  readonly loads: readonly LoadPair[];
  /** Over the levels at which they can be compared; undefined if there are none. */
  readonly ratio: LogRatio | undefined;
}

const loadKey = ({ scenario, level }: Load): string => `${scenario}/${levelId(level)}`;

/** All pairs by the repeats of a look. */
interface PairsAtLook {
  readonly errorPart: number;
  readonly pairs: readonly TargetPair[];
}

type UnestimatedPair = Pick<TargetPair, 'first' | 'second'> & {
  readonly loads: readonly Omit<LoadPair, 'ratio'>[];
};

/** All pairs of targets with a common level, in the order of the rows. */
const pairTargets = (
  measuredRows: readonly MeasuredRow[],
  answers: AnswerFacts,
): readonly UnestimatedPair[] => {
  const pairAt = (first: MeasuredRow, second: MeasuredRow) => {
    const pairing = pairRepeats(judgedFigure(first.row.level), first, second);
    return {
      load: { scenario: first.row.scenario, level: first.row.level },
      pairing,
      reason:
        withheldReason(first, answers) ?? withheldReason(second, answers) ?? repeatReason(pairing),
    };
  };
  const targets = [...groupBy(measuredRows, ({ row }) => targetId(row.target)).values()].map(
    (group) => ({
      target: group[0].row.target,
      rowAt: new Map(group.map((measuredRow) => [loadKey(measuredRow.row), measuredRow])),
    }),
  );
  return targets.flatMap((first, index) =>
    targets.slice(index + 1).flatMap((second) => {
      const loads = [...first.rowAt].flatMap(([key, measuredRow]) => {
        const other = second.rowAt.get(key);
        return other === undefined ? [] : [pairAt(measuredRow, other)];
      });
      return loads.length === 0 ? [] : [{ first: first.target, second: second.target, loads }];
    }),
  );
};

/**
 * All pairs of targets with a common level, in the order of the rows, and their ratios. Noise is estimated from all of them together.
 *
 * @param measuredRows judged by one figure
 */
const targetPairs = (
  measuredRows: readonly MeasuredRow[],
  answers: AnswerFacts,
): readonly TargetPair[] => {
  const pairs = pairTargets(measuredRows, answers);
  const estimates = estimate(
    pairs.map(({ first, second, loads }) => ({
      first: targetId(first),
      second: targetId(second),
      levels: new Map(
        loads
          .filter(({ reason }) => reason === undefined)
          .map(({ load, pairing }) => [loadKey(load), pairing.differences]),
      ),
    })),
  );
  return pairs.map(({ first, second, loads }, index) => {
    const ratios = estimates[index];
    return {
      first,
      second,
      loads: loads.map((pair) => ({ ...pair, ratio: ratios?.levels.get(loadKey(pair.load)) })),
      ratio: ratios?.overall,
    };
  });
};

/** The judged figures; the headline takes the first one that was measured. */
const JUDGED_FIGURES: readonly JudgedFigure[] = ['request rate', 'median response time'];

const comparable = ({ loads }: Pick<TargetPair, 'loads'>): readonly LoadPair[] =>
  loads.filter(({ reason }) => reason === undefined);

/** The error of each pair that is compared in the end; at first, fewer have enough repeats. */
const errorOfPair = (pairs: readonly TargetPair[], error: number): number =>
  error / pairs.filter(({ ratio }) => ratio !== undefined).length;

/** What is known of each pair after all looks; undefined for one that is not compared. */
const decideAtLooks = (
  looks: readonly PairsAtLook[],
  pairs: readonly TargetPair[],
  error: number,
): readonly (Decision | undefined)[] =>
  pairs.map((last, index) => {
    const decisions = looks.flatMap((look) => {
      const pair = look.pairs[index];
      // Over fewer levels than in the end, it would be another ratio.
      return pair?.ratio === undefined || comparable(pair).length < comparable(last).length
        ? []
        : [decide(pair.ratio, look.errorPart * error)];
    });
    const [first, ...further] = decisions;
    if (first === undefined) return undefined;
    const { judgement, ratio } = further.reduce(narrow, first);
    const interval = { ...ratio.interval, confidence: 1 - error };
    return { judgement, ratio: { ...ratio, interval } };
  });

/** The levels at which the slower target of a verdict won; undefined if there are none. */
const reversedAt = (
  { kind }: Decision['judgement'],
  loads: readonly (Load & { readonly decision: Decision | undefined })[],
): readonly Load[] | undefined => {
  const reverse = kind === 'faster' ? 'slower' : kind === 'slower' ? 'faster' : undefined;
  const reversed = loads
    .filter(({ decision }) => decision?.judgement.kind === reverse)
    .map(({ scenario, level }) => ({ scenario, level }));
  return reverse === undefined || reversed.length === 0 ? undefined : reversed;
};

/** @param error of the pair */
const verdictOf = (
  pair: TargetPair,
  figure: JudgedFigure,
  decision: Decision | undefined,
  error: number,
): Verdict => {
  const { first, second, loads, ratio: logRatio } = pair;
  const used = comparable(pair).length === 0 ? loads : comparable(pair);
  const repeatsAtLoads = used.map(({ pairing }) => pairing.differences.repeats);
  const repeats = Math.min(...repeatsAtLoads);
  const atLoads = loads.map(({ load, pairing, ratio }) => ({
    ...load,
    repeats: pairing.differences.repeats,
    decision: ratio && decide(ratio, error),
  }));
  const ofPair = {
    first,
    second,
    repeats,
    loads: atLoads.map(({ decision: atLoad, ...load }) => ({
      ...load,
      ratio: atLoad && ratioOf(figure, atLoad.ratio),
    })),
  };
  if (decision === undefined || logRatio === undefined) {
    const reason = loads[0]?.reason ?? { code: 'not-looked-yet' };
    return { ...ofPair, judgement: { kind: 'withheld', reason } };
  }
  const { judgement } = decision;
  const needed = isOpen(judgement)
    ? repeatsToDecide(logRatio, meanOf(repeatsAtLoads), RESUMED_PART * error)
    : undefined;
  return {
    ...ofPair,
    judgement,
    ratio: ratioOf(figure, decision.ratio),
    moreRepeats: needed === undefined ? undefined : needed - repeats,
    reversedAt: reversedAt(judgement, atLoads),
  };
};

/** A ratio's standard error in one repeat at one level is √2 times that of each target. */
const noiseOf = (pairs: readonly TargetPair[]): RepeatNoise | undefined => {
  const variances = pairs.flatMap(({ ratio }) =>
    ratio === undefined ? [] : [(ratio.standardError ** 2 * ratio.repeats) / 2],
  );
  return variances.length === 0
    ? undefined
    : { measured: Math.sqrt(Math.expm1(meanOf(variances))), assumed: ASSUMED_NOISE };
};

const firstRepeats = (
  measuredRows: readonly MeasuredRow[],
  count: number,
): readonly MeasuredRow[] =>
  measuredRows.map(({ row, repeats }) => ({
    row,
    repeats: repeats.filter(({ measurement }) => measurement.repeat <= count),
  }));

const loadsOf = (measuredRows: readonly MeasuredRow[]): readonly Load[] =>
  [...groupBy(measuredRows, ({ row }) => loadKey(row)).values()].map(([{ row }]) => ({
    scenario: row.scenario,
    level: row.level,
  }));

/** The verdicts that compare one figure; undefined without pairs. */
const verdictsBy = (
  figure: JudgedFigure,
  measuredRows: readonly MeasuredRow[],
  answers: AnswerFacts,
  looks: readonly Look[],
): HeadlineVerdicts | undefined => {
  const atLooks = looks.map(({ repeats, errorPart }) => ({
    errorPart,
    pairs: targetPairs(firstRepeats(measuredRows, repeats), answers),
  }));
  const pairs = atLooks.at(-1)?.pairs ?? targetPairs(measuredRows, answers);
  if (pairs.length === 0) return undefined;
  const error = errorOfPair(pairs, SPEED_ERROR);
  const decisions = decideAtLooks(atLooks, pairs, error);
  const verdicts = pairs.map((pair, index) => verdictOf(pair, figure, decisions[index], error));
  const given = verdicts.filter(({ judgement }) => judgement.kind !== 'withheld');
  return {
    figure,
    verdicts,
    loads: loadsOf(measuredRows).filter((load) =>
      pairs.some(({ loads }) => loads.some((pair) => loadKey(pair.load) === loadKey(load))),
    ),
    given: given.length,
    decided: given.filter(({ judgement }) => !isOpen(judgement)).length,
    noise: noiseOf(pairs),
  };
};

/**
 * The verdicts on each pair of measured targets over the whole run. They compare rates, or medians if the run has open loops only. Undefined
 * if no two targets, without no-op limits, have a level in common.
 *
 * @param looks that the run has had at its verdicts; none if it is to come to the first
 */
export const verdictsOf = (
  answers: AnswerFacts,
  measuredRows: readonly MeasuredRow[],
  looks: readonly Look[],
): Pick<Summary, 'headline'> => {
  const measured = measuredRows.filter(({ row }) => row.engine !== 'noop');
  const [headline] = JUDGED_FIGURES.flatMap(
    (figure) =>
      verdictsBy(
        figure,
        measured.filter(({ row }) => judgedFigure(row.level) === figure),
        answers,
        looks,
      ) ?? [],
  );
  return { headline };
};
