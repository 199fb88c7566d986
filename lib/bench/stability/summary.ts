import { targetId, type Target } from '../model/measurement.ts';
import type { Plan } from '../model/plan.ts';
import type { CompletedMeasurement } from '../model/record.ts';
import { FAULTS, type Fault } from '../model/fault.ts';
import { type BadAnswers, type FaultFigures } from '../model/stability.ts';
import { whyLeftOut } from './faults.ts';
import { soakOf, type Soak } from './soak.ts';
import {
  canJudge,
  controlOf,
  effectOf,
  LEAST_REQUESTS,
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

/** A fault that a target was not tested with. */
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
      ...(medians.length === 0 ? {} : { medianMs: Math.max(...medians) }),
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
): readonly (FaultResult | FaultLeftOut)[] => {
  if (figures.length === 0) return [];
  const effects = figures.filter(canJudge).map((one) => effectOf(one, control));
  const sorted = effects.toSorted(byVerdict);
  // One death is one too many.
  const middle = effects.find(({ verdict }) => verdict === 'died') ?? middleOf(sorted);
  if (middle === undefined) {
    return [{ fault, leftOut: `fewer than ${LEAST_REQUESTS} good requests came before it` }];
  }
  const { verdict, beyond } = middle;
  const optional = {
    p99Ratio: medianBy(effects, (effect) => effect.p99Ratio),
    recoverySeconds: medianBy(effects, (effect) => effect.recoverySeconds ?? Infinity),
    memoryGainedMiB: medianBy(effects, (effect) => effect.memoryGainedMiB),
    processesLost: medianBy(effects, (effect) => effect.processesLost),
  };
  const told = Object.entries(optional).filter(
    ([, value]) => value !== undefined && value !== Infinity,
  );
  return [
    {
      fault,
      verdict,
      beyond,
      repeats: effects.length,
      agreeing: effects.filter((one) => one.verdict === verdict).length,
      failedShare: medianBy(effects, (effect) => effect.failedShare) ?? 0,
      ...Object.fromEntries(told),
      answers: addAnswers(figures),
    },
  ];
};

/** Shares of tests by verdict, the gravest first. */
const sharesOf = (results: readonly FaultResult[]): readonly number[] =>
  STABILITY_VERDICTS.slice(1)
    .toReversed()
    .map(
      (verdict) =>
        results.filter((one) => one.verdict === verdict).length / Math.max(1, results.length),
    );

const faultsOf = ({ results }: TargetStability): readonly FaultResult[] =>
  results.filter(isTested).filter(({ fault }) => fault !== 'nothing');

/**
 * Orders targets by how well they stand the faults that all of them were tested with, and then by all of their own: not every target can
 * express every fault.
 */
export const compareStability = (
  all: readonly TargetStability[],
): ((a: TargetStability, b: TargetStability) => number) => {
  const isCommon = ({ fault }: FaultResult): boolean =>
    all.every((target) => faultsOf(target).some((one) => one.fault === fault));
  const keyOf = (one: TargetStability): readonly number[] => {
    const own = faultsOf(one);
    return [...sharesOf(own.filter(isCommon)), ...sharesOf(own)];
  };
  return (a, b) => {
    const [own, other] = [keyOf(a), keyOf(b)];
    return own.map((share, at) => share - (other[at] ?? 0)).find((one) => one !== 0) ?? 0;
  };
};

/**
 * How the targets of a run stand faults and constant load; undefined for a run that measures no stability.
 *
 * @param completed the completed measurements of stability
 */
export const stabilityOf = (
  { options, targets }: Pick<Plan, 'options' | 'targets'>,
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
      const leftOut = whyLeftOut(fault, target);
      return leftOut === undefined
        ? resultOf(fault, byFault(fault), control)
        : [{ fault, leftOut }];
    });
    const countOf = (verdict: StabilityVerdict): number =>
      results.filter((one) => isTested(one) && one.fault !== 'nothing' && one.verdict === verdict)
        .length;
    const counts = {
      unaffected: countOf('unaffected'),
      degraded: countOf('degraded'),
      failed: countOf('failed'),
      died: countOf('died'),
    };
    return [{ target, results, counts }];
  });
  return {
    targets: tested.toSorted(compareStability(tested)),
    soaks: targets.flatMap((target) => soakOf(target, of(target))),
  };
};
