import { offeredLoad } from '../../model/measurement.ts';
import type { Verdict, VerdictFamily } from './verdict.ts';

const givenIn = ({ verdicts }: VerdictFamily): number =>
  verdicts.filter(({ withheld }) => withheld === undefined).length;

/** Whether a family is more worth the headline than another: more verdicts that stand, then a closed loop, then more load. */
const isBetter = (one: VerdictFamily, other: VerdictFamily): boolean => {
  const difference =
    givenIn(one) - givenIn(other) ||
    Number(one.level.loop === 'closed') - Number(other.level.loop === 'closed') ||
    offeredLoad(one.level) - offeredLoad(other.level);
  return difference > 0;
};

/**
 * The family that stands for each scenario: of those with most verdicts that stand, the one with the greatest load, where
 * servings are at their limit. The rule looks at no rate, so that picking it favours no side and adds no error.
 */
export const headlineFamilies = (families: readonly VerdictFamily[]): readonly VerdictFamily[] => {
  const best = new Map<string, VerdictFamily>();
  for (const family of families) {
    const before = best.get(family.scenario);
    if (before === undefined || isBetter(family, before)) best.set(family.scenario, family);
  }
  return [...best.values()];
};

const RANKS: Readonly<Record<Verdict['word'], number>> = {
  faster: 0,
  slower: 0,
  equivalent: 1,
  undecided: 2,
};

const rankOf = ({ word, withheld }: Verdict): number => (withheld === undefined ? RANKS[word] : 3);

const strength = ({ ratio }: Verdict): number => Math.abs(Math.log(ratio?.value ?? 1));

/** The verdicts of a family for reading: what is decided first, the greatest difference before smaller ones. */
export const byWeight = (verdicts: readonly Verdict[]): readonly Verdict[] =>
  verdicts.toSorted((a, b) => rankOf(a) - rankOf(b) || strength(b) - strength(a));
