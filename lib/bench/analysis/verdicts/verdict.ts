import { targetId, type Level, type Target, type Scenario } from '../../model/measurement.ts';
import type { Estimate } from '../../stats/interval.ts';
import type { Judgement } from '../../stats/judgement.ts';
import type { JudgedFigure } from './pairing.ts';

/** The verdict on two targets, at one level or over several. */
export interface Verdict {
  readonly first: Target;
  readonly second: Target;
  /** How the first compares with the second. */
  readonly judgement: Judgement;
  /**
   * First ÷ second, as the geometric mean over the repeats. The faster target has the higher request rate, or the lower median response
   * time. Absent if the verdict is withheld.
   */
  readonly ratio?: Estimate;
  /** Number of repeats with figures of both targets; of the level with the fewest if there are several. */
  readonly repeats: number;
  /**
   * Repeats that would probably (80 %) tell which target is faster, or that they are equal, if ratio and noise are as measured. Absent if
   * the pair is decided, if the verdict is withheld, and above 100.
   */
  readonly repeatsToDecide?: number;
  /** Headline only: the levels at which the slower target won, which a mean would hide. Absent if there are none. */
  readonly reversedAt?: readonly Load[];
}

/** The faster and the slower target; undefined if the verdict does not tell them apart. */
export const decided = ({
  judgement: { kind },
  first,
  second,
}: Verdict): readonly [faster: Target, slower: Target] | undefined => {
  if (kind === 'faster') return [first, second];
  return kind === 'slower' ? [second, first] : undefined;
};

/** Verdicts that are made together and share one probability of error. */
export interface VerdictFamily {
  /** The figure that they compare. */
  readonly figure: JudgedFigure;
  /** Error rate, machine and what served, in sentences. */
  readonly explanation: string;
  readonly verdicts: readonly Verdict[];
}

/** Finds the verdict on two targets, in either order. */
export const verdictOn = (
  { verdicts }: Pick<VerdictFamily, 'verdicts'>,
  a: Target,
  b: Target,
): Verdict | undefined => {
  const ids = new Set([targetId(a), targetId(b)]);
  return verdicts.find(
    ({ first, second }) => ids.has(targetId(first)) && ids.has(targetId(second)),
  );
};

/** A level in a scenario. */
export interface Load {
  readonly scenario: Scenario;
  readonly level: Level;
}

/** The verdicts at one level. */
export interface LoadVerdicts extends VerdictFamily, Load {}

/**
 * The verdicts over the whole run, one for each pair: over all closed loops, or all open loops if there are no others. A pair is compared
 * at the levels at which both targets support a verdict.
 */
export interface HeadlineVerdicts extends VerdictFamily {
  readonly loads: readonly Load[];
}
