import { targetId, type Target } from '../model/measurement.ts';
import type { Plan } from '../model/plan.ts';
import type { CompletedMeasurement } from '../model/record.ts';
import { FAULTS, type Fault } from '../model/fault.ts';
import { type BadAnswers, type FaultFigures } from '../model/stability.ts';
import { whyLeftOut } from './why-left-out.ts';
import { soakOf, type Soak } from './soak.ts';
import {
  controlOf,
  effectOf,
  NO_CONTROL,
  STABILITY_VERDICTS,
  type Control,
  type FaultEffect,
  type StabilityVerdict,
} from './verdict.ts';

/**
 * What a fault did to a target, over all repeats: the verdict is that of the middle one by gravity, of two the graver, but one
 * death is enough; figures are medians.
 */
export interface FaultResult extends FaultEffect {
  readonly fault: Fault;
  readonly repeats: number;
  /** Repeats with this verdict. */
  readonly agreeing: number;
  /** Of all repeats. */
  readonly answers: readonly BadAnswers[];
}

/** A fault that a target cannot express. */
export interface FaultLeftOut {
  readonly fault: Fault;
  readonly leftOut: string;
}

/** How a target stands all faults. */
export interface TargetStability {
  readonly target: Target;
  readonly results: readonly (FaultResult | FaultLeftOut)[];
  /** Faults by their verdicts, the control excepted. */
  readonly counts: Readonly<Record<StabilityVerdict, number>>;
}

export interface StabilitySummary {
  /** The most stable first. */
  readonly targets: readonly TargetStability[];
  readonly soaks: readonly Soak[];
}

export const isTested = (result: FaultResult | FaultLeftOut): result is FaultResult =>
  'verdict' in result;

/** The middle one; of an even number the greater. */
const middleOf = <Item>(sorted: readonly Item[]): Item | undefined =>
  sorted[Math.floor(sorted.length / 2)];

const medianBy = (
  effects: readonly FaultEffect[],
  of: (effect: FaultEffect) => number | undefined,
): number | undefined =>
  middleOf(effects.flatMap((effect) => of(effect) ?? []).toSorted((a, b) => a - b));

/** The answers of all repeats; of medians the greatest. */
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

/** By the gravity of their verdicts. */
const byVerdict = (a: FaultEffect, b: FaultEffect): number =>
  STABILITY_VERDICTS.indexOf(a.verdict) - STABILITY_VERDICTS.indexOf(b.verdict);

/** A fault in all its repeats; nothing if it has none yet. */
const resultOf = (
  fault: Fault,
  figures: readonly FaultFigures[],
  control: Control,
): readonly FaultResult[] => {
  const all = figures.map((one) => effectOf(one, fault === 'nothing' ? NO_CONTROL : control));
  const enough = all.filter(({ unclear }) => unclear !== 'few-requests');
  const effects = enough.length === 0 ? all : enough;
  // One death is one too many.
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
      agreeing: effects.filter((one) => one.verdict === verdict).length,
      failedShare: medianBy(effects, (effect) => effect.failedShare) ?? 0,
      p99Ratio: medianBy(effects, (effect) => effect.p99Ratio),
      recoverySeconds: recoverySeconds === Infinity ? undefined : recoverySeconds,
      memoryGainedMiB: medianBy(effects, (effect) => effect.memoryGainedMiB),
      processesLost: medianBy(effects, (effect) => effect.processesLost),
      answers: addAnswers(figures),
    },
  ];
};

const faultsOf = ({ results }: TargetStability): readonly FaultResult[] =>
  results
    .filter(isTested)
    .filter(({ fault, verdict }) => fault !== 'nothing' && verdict !== 'unclear');

/** What a target does with nothing done to it. */
export const controlResultOf = ({ results }: TargetStability): FaultResult | undefined =>
  results.filter(isTested).find(({ fault }) => fault === 'nothing');

/** Whether a target takes part in the order: it has a verdict, and is well with nothing done. */
export const isRanked = (target: TargetStability): boolean =>
  (controlResultOf(target)?.verdict ?? 'unaffected') === 'unaffected' &&
  faultsOf(target).length > 0;

/** How many of a target's faults have a verdict: one number of those that its order stands on. */
export interface RankFigure {
  readonly verdict: StabilityVerdict;
  readonly count: number;
  readonly of: number;
  /** Whether only the faults count that all targets were tested with. */
  readonly isCommon: boolean;
}

const figuresOf = (faults: readonly FaultResult[], isCommon: boolean): readonly RankFigure[] =>
  (['died', 'failed', 'degraded'] as const).map((verdict) => ({
    verdict,
    count: faults.filter((one) => one.verdict === verdict).length,
    of: faults.length,
    isCommon,
  }));

/**
 * What orders targets, the first number first: how well they stand the faults that all of them were tested with, and then all of their own,
 * as not every target can express every fault.
 */
export const rankFigures = (
  target: TargetStability,
  all: readonly TargetStability[],
): readonly RankFigure[] => {
  const ranked = all.filter(isRanked);
  const own = faultsOf(target);
  const common = own.filter(({ fault }) =>
    ranked.every((other) => faultsOf(other).some((one) => one.fault === fault)),
  );
  return [...figuresOf(common, true), ...figuresOf(own, false)];
};

/** The first number in which two targets differ, of each; undefined if there is none. */
export const differenceOf = (
  a: TargetStability,
  b: TargetStability,
  all: readonly TargetStability[],
): readonly [RankFigure, RankFigure] | undefined => {
  const others = rankFigures(b, all);
  for (const [at, own] of rankFigures(a, all).entries()) {
    const other = others[at];
    if (other !== undefined && own.count !== other.count) return [own, other];
  }
  return undefined;
};

/** Orders targets, the most stable first; those that take no part come last. */
export const compareStability =
  (all: readonly TargetStability[]): ((a: TargetStability, b: TargetStability) => number) =>
  (a, b) => {
    if (!isRanked(a) || !isRanked(b)) return Number(isRanked(b)) - Number(isRanked(a));
    const [own, other] = differenceOf(a, b, all) ?? [];
    return (own?.count ?? 0) - (other?.count ?? 0);
  };

/**
 * How the targets of a run stand faults and constant load; undefined for a run that measures no stability.
 *
 * @param completed the completed measurements of stability
 */
export const stabilityOf = (
  { options, targets, model }: Pick<Plan, 'options' | 'targets'> & Partial<Pick<Plan, 'model'>>,
  completed: readonly CompletedMeasurement[],
): StabilitySummary | undefined => {
  if (completed.length === 0) return undefined;
  const of = (target: Target): readonly CompletedMeasurement[] =>
    completed.filter(({ measurement }) => targetId(measurement.target) === targetId(target));
  const tested = targets.flatMap((target): readonly TargetStability[] => {
    const figures = of(target).flatMap(({ stability }) =>
      stability?.kind === 'fault' ? [stability] : [],
    );
    if (figures.length === 0) return [];
    const byFault = (fault: Fault): readonly FaultFigures[] =>
      figures.filter((one) => one.fault === fault);
    const control = controlOf(figures);
    const results = FAULTS.flatMap((fault): readonly (FaultResult | FaultLeftOut)[] => {
      if (fault !== 'nothing' && options.faults?.includes(fault) !== true) return [];
      const leftOut = whyLeftOut(fault, target, model?.tensors?.inputs);
      return leftOut === undefined
        ? resultOf(fault, byFault(fault), control)
        : [{ fault, leftOut }];
    });
    const counts = { unaffected: 0, unclear: 0, degraded: 0, failed: 0, died: 0 };
    for (const { fault, verdict } of results.filter(isTested)) {
      if (fault !== 'nothing') counts[verdict] += 1;
    }
    return [{ target, results, counts }];
  });
  return {
    targets: tested.toSorted(compareStability(tested)),
    soaks: targets.flatMap((target) => soakOf(target, of(target))),
  };
};
