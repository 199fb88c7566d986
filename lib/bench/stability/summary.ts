import {
  anyOf,
  array,
  as,
  boolean,
  described,
  dictionary,
  number,
  object,
  oneOf,
  optional,
  type Static,
} from '../../../serving-configs/schema.ts';
import { FAULTS, type Fault } from '../model/fault.ts';
import { targetId, targetSchema, type Target } from '../model/measurement.ts';
import type { Plan } from '../model/plan.ts';
import type { CompletedMeasurement } from '../model/record.ts';
import { badAnswersSchema, type BadAnswers, type FaultFigures } from '../model/stability.ts';
import { sum } from '../stats/moments.ts';
import { soakFindingOf, soakFindingSchema, soakOf, soakSchema } from './soak.ts';
import { leftOutReasonSchema, whyLeftOut } from './why-left-out.ts';
import {
  controlOf,
  effectOf,
  faultEffectSchema,
  NO_CONTROL,
  STABILITY_VERDICTS,
  type Control,
  type FaultEffect,
  type StabilityVerdict,
} from './verdict.ts';

export const faultResultSchema = object(
  {
    ...faultEffectSchema.properties,
    fault: oneOf(FAULTS),
    repeats: number(),
    agreeing: number('The number of repeats with this verdict.'),
    answers: array(badAnswersSchema, 'The answers to the bad requests of all repeats.'),
  },
  'What a fault did to a target, over all repeats. Figures are medians. The verdict is the median by gravity, the graver of two in the middle; but a single `died` is enough.',
);
export interface FaultResult extends Static<typeof faultResultSchema> {}

export const faultLeftOutSchema = object(
  { fault: oneOf(FAULTS), leftOut: leftOutReasonSchema },
  'A fault that a target cannot be tested with, and why.',
);
export interface FaultLeftOut extends Static<typeof faultLeftOutSchema> {}

export const targetStabilitySchema = object(
  {
    target: targetSchema,
    results: array(anyOf([faultResultSchema, faultLeftOutSchema])),
    counts: as<Readonly<Record<StabilityVerdict, number>>>(
      dictionary(number(), 'The number of faults with each verdict, without the control.'),
    ),
    isRanked: boolean(
      'Whether it is ranked: it has a clear verdict, and its control is unaffected.',
    ),
    control: optional(
      oneOf(STABILITY_VERDICTS, 'The verdict on its control; absent if that was not measured.'),
    ),
    worst: optional(
      object(
        {
          verdict: oneOf(STABILITY_VERDICTS),
          faults: array(oneOf(FAULTS)),
        },
        'The worst verdict on a fault, and the faults with it; absent if no fault does harm.',
      ),
    ),
  },
  'How a target withstands all faults.',
);
export interface TargetStability extends Static<typeof targetStabilitySchema> {}

export const rankFigureSchema = object(
  {
    verdict: oneOf(['died', 'failed', 'degraded']),
    count: number(),
    of: number('The number of faults that were counted.'),
    isCommon: boolean('Whether only the faults were counted that all targets were tested with.'),
  },
  'How many faults of a target have a given verdict: one of the figures that rank it.',
);
export interface RankFigure extends Static<typeof rankFigureSchema> {}

export const stabilityRankingSchema = object(
  {
    best: array(targetSchema, 'Several if they are equally stable.'),
    unaffected: object(
      { faults: number(), of: number() },
      'Faults of the best that leave good requests unaffected, of those counted for its rank.',
    ),
    next: optional(
      object(
        {
          target: targetSchema,
          figures: object({ best: rankFigureSchema, next: rankFigureSchema }),
        },
        'The target that ranks behind them, and the first figures in which they differ.',
      ),
    ),
  },
  'Which targets withstand the faults best.',
);
export interface StabilityRanking extends Static<typeof stabilityRankingSchema> {}

export const stabilitySummarySchema = object({
  targets: array(targetStabilitySchema, 'Ranked, the most stable first.'),
  ranking: optional(described(stabilityRankingSchema, 'Absent if no target is ranked.')),
  soaks: array(soakSchema),
  soakFinding: optional(described(soakFindingSchema, 'Absent without soaks.')),
});
export interface StabilitySummary extends Static<typeof stabilitySummarySchema> {}

export const isTested = (result: FaultResult | FaultLeftOut): result is FaultResult =>
  'verdict' in result;

/** The middle item; the greater of two in the middle. */
const middleOf = <Item>(sorted: readonly Item[]): Item | undefined =>
  sorted[Math.floor(sorted.length / 2)];

const medianBy = (
  effects: readonly FaultEffect[],
  of: (effect: FaultEffect) => number | undefined,
): number | undefined =>
  middleOf(effects.flatMap((effect) => of(effect) ?? []).toSorted((a, b) => a - b));

/** Adds up the answers of all repeats, with the greatest of their medians. */
const addAnswers = (figures: readonly FaultFigures[]): readonly BadAnswers[] => {
  const totals = new Map<string, BadAnswers>();
  for (const { answer, count, medianMs } of figures.flatMap(({ answers }) => answers)) {
    const before = totals.get(answer);
    const medians = [medianMs ?? [], before?.medianMs ?? []].flat();
    totals.set(answer, {
      answer,
      count: count + (before?.count ?? 0),
      medianMs: medians.length === 0 ? undefined : Math.max(...medians),
    });
  }
  return [...totals.values()].toSorted((a, b) => b.count - a.count);
};

/** Orders effects by the gravity of their verdicts. */
const byVerdict = (a: FaultEffect, b: FaultEffect): number =>
  STABILITY_VERDICTS.indexOf(a.verdict) - STABILITY_VERDICTS.indexOf(b.verdict);

/** The result of a fault over all its repeats; empty if there are none yet. */
const resultOf = (
  fault: Fault,
  figures: readonly FaultFigures[],
  control: Control,
): readonly FaultResult[] => {
  const all = figures.map((repeat) => effectOf(repeat, fault === 'nothing' ? NO_CONTROL : control));
  const withEnoughRequests = all.filter(({ unclear }) => unclear !== 'few-requests');
  const effects = withEnoughRequests.length === 0 ? all : withEnoughRequests;
  const middle =
    effects.find(({ verdict }) => verdict === 'died') ?? middleOf(effects.toSorted(byVerdict));
  if (middle === undefined) return [];
  const { verdict, unclear, beyond } = middle;
  const recoverySeconds = medianBy(effects, (effect) => effect.recoverySeconds ?? Infinity);
  return [
    {
      fault,
      verdict,
      unclear,
      beyond,
      repeats: effects.length,
      agreeing: effects.filter((effect) => effect.verdict === verdict).length,
      failedShare: medianBy(effects, (effect) => effect.failedShare) ?? 0,
      p99Ratio: medianBy(effects, (effect) => effect.p99Ratio),
      recoverySeconds: recoverySeconds === Infinity ? undefined : recoverySeconds,
      memoryGainedMiB: medianBy(effects, (effect) => effect.memoryGainedMiB),
      processesLost: medianBy(effects, (effect) => effect.processesLost),
      answers: addAnswers(figures),
    },
  ];
};

/** The results of a target's faults that have a clear verdict, without the control. */
const clearResultsOf = ({ results }: Pick<TargetStability, 'results'>): readonly FaultResult[] =>
  results
    .filter(isTested)
    .filter(({ fault, verdict }) => fault !== 'nothing' && verdict !== 'unclear');

const figuresOf = (results: readonly FaultResult[], isCommon: boolean): readonly RankFigure[] =>
  (['died', 'failed', 'degraded'] as const).map((verdict) => ({
    verdict,
    count: results.filter((result) => result.verdict === verdict).length,
    of: results.length,
    isCommon,
  }));

/**
 * The figures that rank a target, the most important first: those over the faults that all targets were tested with, then those
 * over all faults of the target, since not every target can express every fault.
 */
const rankFigures = (
  target: TargetStability,
  all: readonly TargetStability[],
): readonly RankFigure[] => {
  const ranked = all.filter(({ isRanked }) => isRanked);
  const results = clearResultsOf(target);
  const common = results.filter(({ fault }) =>
    ranked.every((other) => clearResultsOf(other).some((result) => result.fault === fault)),
  );
  return [...figuresOf(common, true), ...figuresOf(results, false)];
};

/** The first rank figures in which two targets differ, one of each; undefined if they do not differ. */
const differenceOf = (
  a: TargetStability,
  b: TargetStability,
  all: readonly TargetStability[],
): readonly [RankFigure, RankFigure] | undefined => {
  const figuresOfB = rankFigures(b, all);
  for (const [at, figureOfA] of rankFigures(a, all).entries()) {
    const figureOfB = figuresOfB[at];
    if (figureOfB !== undefined && figureOfA.count !== figureOfB.count) {
      return [figureOfA, figureOfB];
    }
  }
  return undefined;
};

/** Orders targets, the most stable first; targets that are not ranked come last. */
const compareStability =
  (all: readonly TargetStability[]): ((a: TargetStability, b: TargetStability) => number) =>
  (a, b) => {
    if (!a.isRanked || !b.isRanked) return Number(b.isRanked) - Number(a.isRanked);
    const [figureOfA, figureOfB] = differenceOf(a, b, all) ?? [];
    return (figureOfA?.count ?? 0) - (figureOfB?.count ?? 0);
  };

/** The ranking of targets in their order; undefined if none is ranked. */
const rankingOf = (targets: readonly TargetStability[]): StabilityRanking | undefined => {
  const ranked = targets.filter(({ isRanked }) => isRanked);
  const [best] = ranked;
  if (best === undefined) return undefined;
  const compare = compareStability(targets);
  const equal = ranked.filter((target) => compare(target, best) === 0);
  const next = ranked[equal.length];
  const [figureOfBest, figureOfNext] = (next && differenceOf(best, next, targets)) ?? [];
  const all = rankFigures(best, targets).filter(({ of }) => of > 0);
  const counted = all.filter(({ isCommon }) => isCommon === all[0]?.isCommon);
  const of = counted[0]?.of ?? 0;
  return {
    best: equal.map(({ target }) => target),
    unaffected: { faults: of - sum(counted.map(({ count }) => count)), of },
    next:
      next === undefined || figureOfBest === undefined || figureOfNext === undefined
        ? undefined
        : { target: next.target, figures: { best: figureOfBest, next: figureOfNext } },
  };
};

/** The worst verdict on a fault of a target; undefined if no fault does harm. */
const worstOf = (results: readonly FaultResult[]): TargetStability['worst'] => {
  const verdict = STABILITY_VERDICTS.findLast((each) =>
    results.some((result) => result.verdict === each),
  );
  return verdict === undefined || verdict === 'unaffected'
    ? undefined
    : {
        verdict,
        faults: results.filter((result) => result.verdict === verdict).map(({ fault }) => fault),
      };
};

/** How a target withstands the faults; empty if it was tested with none. */
const targetStabilityOf = (
  target: Target,
  figures: readonly FaultFigures[],
  faults: readonly Fault[],
): readonly TargetStability[] => {
  if (figures.length === 0) return [];
  const control = controlOf(figures);
  const results = FAULTS.flatMap((fault): readonly (FaultResult | FaultLeftOut)[] => {
    if (fault !== 'nothing' && !faults.includes(fault)) return [];
    const leftOut = whyLeftOut(fault, target);
    if (leftOut !== undefined) return [{ fault, leftOut }];
    const repeats = figures.filter((repeat) => repeat.fault === fault);
    return resultOf(fault, repeats, control);
  });
  const tested = results.filter(isTested);
  const faulty = tested.filter(({ fault }) => fault !== 'nothing');
  const counts = { unaffected: 0, unclear: 0, degraded: 0, failed: 0, died: 0 };
  for (const { verdict } of faulty) counts[verdict] += 1;
  const controlVerdict = tested.find(({ fault }) => fault === 'nothing')?.verdict;
  return [
    {
      target,
      results,
      counts,
      isRanked:
        (controlVerdict ?? 'unaffected') === 'unaffected' && clearResultsOf({ results }).length > 0,
      control: controlVerdict,
      worst: worstOf(faulty),
    },
  ];
};

/**
 * How the targets of a run withstand faults and constant load; undefined if the run does not measure stability.
 *
 * @param completed the completed measurements of stability
 */
export const stabilityOf = (
  { options, targets }: Pick<Plan, 'options' | 'targets'>,
  completed: readonly CompletedMeasurement[],
): StabilitySummary | undefined => {
  if (completed.length === 0) return undefined;
  const measurementsOf = (target: Target): readonly CompletedMeasurement[] =>
    completed.filter(({ measurement }) => targetId(measurement.target) === targetId(target));
  const tested = targets.flatMap((target) => {
    const figures = measurementsOf(target).flatMap(({ stability }) =>
      stability?.kind === 'fault' ? [stability] : [],
    );
    return targetStabilityOf(target, figures, options.faults ?? []);
  });
  const ordered = tested.toSorted(compareStability(tested));
  const soaks = targets.flatMap((target) => soakOf(target, measurementsOf(target)));
  return {
    targets: ordered,
    ranking: rankingOf(ordered),
    soaks,
    soakFinding: soakFindingOf(soaks),
  };
};
