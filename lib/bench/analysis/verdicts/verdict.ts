import { targetId, type Level, type Target, type Scenario } from '../../model/measurement.ts';
import type { Estimate } from '../../stats/interval.ts';
import type { Judgement } from '../../stats/judgement.ts';
import type { JudgedFigure } from './pairing.ts';

/** One target against another. */
export interface Verdict {
  readonly first: Target;
  readonly second: Target;
  /** How the first did. */
  readonly judgement: Judgement;
  /**
   * The figure of the first ÷ that of the second, the geometric mean of the repeats. The faster target has the greater request
   * rate, or the smaller median response time. Absent, like all figures below, if the verdict is withheld.
   */
  readonly ratio?: Estimate;
  /** Repeats of both targets that the verdict rests on, over all its loads. */
  readonly repeats: number;
  /**
   * How many such repeats would tell with a chance of 80 % which target is faster, or that they are equal, if ratio and noise
   * are as seen here. Absent if that is known, if the verdict is withheld, and above 100.
   */
  readonly repeatsToDecide?: number;
  /** Over several loads: those at which it is the other way round, which a mean would hide. Absent without any. */
  readonly reversedAt?: readonly Load[];
}

/** The faster and the slower target of a verdict that tells them apart. */
export const decided = ({
  judgement: { word },
  first,
  second,
}: Verdict): readonly [faster: Target, slower: Target] | undefined => {
  if (word === 'faster') return [first, second];
  return word === 'slower' ? [second, first] : undefined;
};

/** Verdicts that share one chance of error. */
export interface VerdictFamily {
  /** The figure of all its ratios. */
  readonly figure: JudgedFigure;
  /** What all of them rest on: error, machine and what served. */
  readonly basis: string;
  readonly verdicts: readonly Verdict[];
}

/** The verdict on two targets, whichever is its first. */
export const verdictOn = (
  { verdicts }: Pick<VerdictFamily, 'verdicts'>,
  one: Target,
  other: Target,
): Verdict | undefined => {
  const ids = new Set([targetId(one), targetId(other)]);
  return verdicts.find(
    ({ first, second }) => ids.has(targetId(first)) && ids.has(targetId(second)),
  );
};

/** A load that targets were measured at. */
export interface Load {
  readonly scenario: Scenario;
  readonly level: Level;
}

/** The verdicts at one load. */
export interface LoadVerdicts extends VerdictFamily, Load {}

/**
 * The verdicts over the whole run, one for each pair, planned in advance: over all closed loops, or all open ones if there are
 * no others. A pair is judged at the loads at which nothing forbids it.
 */
export interface HeadlineVerdicts extends VerdictFamily {
  readonly loads: readonly Load[];
}
