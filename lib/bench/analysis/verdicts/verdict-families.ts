import { levelId, type Target, targetId } from '../../model/measurement.ts';
import {
  decide,
  decideTogether,
  type Decision,
  isOpen,
  narrow,
  SPEED_ERROR,
} from '../../stats/judgement.ts';
import type { Look } from '../../stats/looks.ts';
import { meanOf } from '../../stats/moments.ts';
import { estimate, type LogRatio } from '../../stats/noise.ts';
import { repeatsToDecide } from '../../stats/power.ts';
import { groupBy } from '../group-by.ts';
import type { MeasuredRow } from '../records.ts';
import type { Summary } from '../summary.ts';
import type {
  HeadlineVerdicts,
  JudgedFigure,
  Load,
  LoadVerdicts,
  Verdict,
  VerdictFamily,
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
  /** Set if the rig was the limit of one of them only: the other one may be slower, but is not known to be as fast or faster. */
  readonly atLimit: { readonly isFirst: boolean; readonly reason: WithheldReason } | undefined;
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

/** Why two rows cannot be compared: rather for a fault than for the limit of the rig. */
const worstOf = (reasons: readonly (WithheldReason | undefined)[]): WithheldReason | undefined =>
  reasons.find((reason) => reason !== undefined && reason.code !== 'rig-limit') ??
  reasons.find((reason) => reason !== undefined);

/** All pairs of targets with a common level, in the order of the rows. */
const pairTargets = (
  measuredRows: readonly MeasuredRow[],
  answers: AnswerFacts,
): readonly UnestimatedPair[] => {
  const pairAt = (first: MeasuredRow, second: MeasuredRow) => {
    const pairing = pairRepeats(judgedFigure(first.row.level), first, second);
    const reasons = [withheldReason(first, answers), withheldReason(second, answers)] as const;
    const [known = reasons[1]] = reasons;
    const isOneSided =
      known?.code === 'rig-limit' && reasons.some((reason) => reason === undefined);
    return {
      load: { scenario: first.row.scenario, level: first.row.level },
      pairing,
      atLimit: isOneSided ? { isFirst: reasons[0] !== undefined, reason: known } : undefined,
      reason: (isOneSided ? undefined : worstOf(reasons)) ?? repeatReason(pairing),
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

/** Whether a judgement holds if the figure of one target is only a bound: it may be faster than measured. */
const isOfBound = ({ kind }: Decision['judgement'], isFirst: boolean): boolean =>
  kind === 'noisy' || kind === (isFirst ? 'faster' : 'slower');

const verdictOf = (
  pair: TargetPair,
  figure: JudgedFigure,
  decision: Decision | undefined,
): Verdict => {
  const { first, second, loads, ratio: logRatio } = pair;
  const used = comparable(pair).length === 0 ? loads : comparable(pair);
  const repeatsAtLoads = used.map(({ pairing }) => pairing.differences.repeats);
  const repeats = Math.min(...repeatsAtLoads);
  if (decision === undefined || logRatio === undefined) {
    const reason = loads[0]?.reason ?? { code: 'not-looked-yet' };
    return { first, second, judgement: { kind: 'withheld', reason }, repeats };
  }
  const { judgement } = decision;
  const wrong = used.find(({ atLimit }) => atLimit && !isOfBound(judgement, atLimit.isFirst));
  if (wrong?.atLimit !== undefined) {
    const { reason } = wrong.atLimit;
    return { first, second, judgement: { kind: 'withheld', reason }, repeats };
  }
  const ratio = ratioOf(figure, decision.ratio);
  const needed = isOpen(judgement)
    ? repeatsToDecide(logRatio, meanOf(repeatsAtLoads), 1 - ratio.interval.confidence)
    : undefined;
  return { first, second, judgement, ratio, repeats, repeatsToDecide: needed };
};

/**
 * What is known of each pair after all looks. The error that a look may have is divided among the pairs that are compared in the end:
 * fewer have enough repeats at first.
 */
const decideAtLooks = (
  looks: readonly PairsAtLook[],
  error: number,
): readonly (Decision | undefined)[] => {
  const pairs = looks.at(-1)?.pairs ?? [];
  const errorOfPair = error / pairs.filter(({ ratio }) => ratio !== undefined).length;
  return pairs.map((last, index) => {
    const decisions = looks.flatMap((look) => {
      const pair = look.pairs[index];
      // Over fewer levels than in the end, it would be another ratio.
      return pair?.ratio === undefined || comparable(pair).length < comparable(last).length
        ? []
        : [decide(pair.ratio, look.errorPart * errorOfPair)];
    });
    const [first, ...further] = decisions;
    if (first === undefined) return undefined;
    const { judgement, ratio } = further.reduce(narrow, first);
    const interval = { ...ratio.interval, confidence: 1 - errorOfPair };
    return { judgement, ratio: { ...ratio, interval } };
  });
};

/** Decides pairs together, so that they share one probability of error. */
const familyOf = (pairs: readonly TargetPair[], figure: JudgedFigure): VerdictFamily => {
  const compared = pairs.filter(({ ratio }) => ratio !== undefined);
  const decisions = decideTogether(compared.flatMap(({ ratio }) => ratio ?? []));
  return {
    figure,
    verdicts: pairs.map((pair) => verdictOf(pair, figure, decisions[compared.indexOf(pair)])),
  };
};

/** The verdicts at each level, in the order of the rows. */
const loadVerdicts = (
  pairs: readonly TargetPair[],
  measuredRows: readonly MeasuredRow[],
  figure: JudgedFigure,
): readonly LoadVerdicts[] => {
  const pairsAt = groupBy(
    pairs.flatMap((pair) =>
      pair.loads.map((loadPair) => ({
        key: loadKey(loadPair.load),
        pair: { ...pair, loads: [loadPair], ratio: loadPair.ratio },
      })),
    ),
    ({ key }) => key,
  );
  return [...groupBy(measuredRows, ({ row }) => loadKey(row))].flatMap(([key, [{ row }]]) => {
    const pairsHere = pairsAt.get(key)?.map(({ pair }) => pair);
    if (pairsHere === undefined) return [];
    const { scenario, level } = row;
    return [{ scenario, level, ...familyOf(pairsHere, figure) }];
  });
};

const pairKey = ({ first, second }: { readonly first: Target; readonly second: Target }): string =>
  `${targetId(first)} ${targetId(second)}`;

/** A verdict at one level. */
type VerdictAtLoad = Load & { readonly verdict: Verdict };

/** The levels at which a headline verdict is reversed; undefined if there are none. */
const reversedAt = (
  { judgement: { kind } }: Verdict,
  atLoads: readonly VerdictAtLoad[],
): readonly Load[] | undefined => {
  const reverse = kind === 'faster' ? 'slower' : kind === 'slower' ? 'faster' : undefined;
  const loads = atLoads
    .filter(({ verdict }) => verdict.judgement.kind === reverse)
    .map(({ scenario, level }) => ({ scenario, level }));
  return loads.length === 0 ? undefined : loads;
};

const firstRepeats = (
  measuredRows: readonly MeasuredRow[],
  count: number,
): readonly MeasuredRow[] =>
  measuredRows.map(({ row, repeats }) => ({
    row,
    repeats: repeats.filter(({ measurement }) => measurement.repeat <= count),
  }));

/** The verdicts that compare one figure: each pair over all levels, and at each level. */
const verdictsBy = (
  figure: JudgedFigure,
  measuredRows: readonly MeasuredRow[],
  answers: AnswerFacts,
  looks: readonly Look[],
): { readonly headline: HeadlineVerdicts; readonly verdicts: readonly LoadVerdicts[] } => {
  const pairsAtLooks = looks.map(({ repeats, errorPart }) => ({
    errorPart,
    pairs: targetPairs(firstRepeats(measuredRows, repeats), answers),
  }));
  const pairs = pairsAtLooks.at(-1)?.pairs ?? targetPairs(measuredRows, answers);
  const verdicts = loadVerdicts(pairs, measuredRows, figure);
  const loads = verdicts.map(({ scenario, level }) => ({ scenario, level }));
  const atLoads = groupBy(
    verdicts.flatMap(({ scenario, level, verdicts: atLoad }) =>
      atLoad.map((verdict): VerdictAtLoad => ({ scenario, level, verdict })),
    ),
    ({ verdict }) => pairKey(verdict),
  );
  const decisions = decideAtLooks(pairsAtLooks, SPEED_ERROR);
  const overall = {
    figure,
    verdicts: pairs.map((pair, index) => verdictOf(pair, figure, decisions[index])),
  };
  const given = overall.verdicts.filter(({ judgement }) => judgement.kind !== 'withheld');
  const headline = {
    loads,
    given: given.length,
    decided: given.filter(({ judgement }) => !isOpen(judgement)).length,
    ...overall,
    verdicts: overall.verdicts.map((verdict) => ({
      ...verdict,
      reversedAt: reversedAt(verdict, atLoads.get(pairKey(verdict)) ?? []),
    })),
  };
  return { headline, verdicts };
};

/**
 * The verdicts on each pair of measured targets: over the whole run, and at each level. The headline compares rates, or medians if the
 * run has open loops only. Empty if no two targets, without no-op limits, have a level in common.
 *
 * @param looks that the run has had at its verdicts; none if it is to come to the first
 */
export const verdictsOf = (
  answers: AnswerFacts,
  measuredRows: readonly MeasuredRow[],
  looks: readonly Look[],
): Pick<Summary, 'headline' | 'verdicts'> => {
  const measured = measuredRows.filter(({ row }) => row.engine !== 'noop');
  const judged = JUDGED_FIGURES.map((figure) =>
    verdictsBy(
      figure,
      measured.filter(({ row }) => judgedFigure(row.level) === figure),
      answers,
      looks,
    ),
  ).filter(({ verdicts }) => verdicts.length > 0);
  const [first] = judged;
  return first === undefined
    ? {}
    : { headline: first.headline, verdicts: judged.flatMap(({ verdicts }) => verdicts) };
};
