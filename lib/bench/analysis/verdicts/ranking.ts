import { targetId, type Target } from '../../model/measurement.ts';
import type { Verdict, VerdictFamily } from './verdict.ts';

/** Which targets came out ahead in a family of verdicts. */
export interface Standing {
  /** Targets with a verdict that is not withheld, in the order of the report. */
  readonly judged: readonly Target[];
  /** Those that no other target was faster than. */
  readonly unbeaten: readonly Target[];
  /** Faster than every other judged target; undefined if none is. */
  readonly winner?: Target;
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

/**
 * Which targets are ahead, from the verdicts alone, so that it is wrong no more often than they are. The winner was faster than
 * every other judged target.
 */
export const standingOf = ({ verdicts }: Pick<VerdictFamily, 'verdicts'>): Standing => {
  const given = verdicts.filter(({ judgement }) => judgement.word !== 'withheld');
  const judged = [
    ...new Map(
      given
        .flatMap(({ first, second }) => [first, second])
        .map((target) => [targetId(target), target]),
    ).values(),
  ];
  const pairs = given.flatMap((verdict) => {
    const pair = decided(verdict);
    return pair === undefined ? [] : [pair];
  });
  const slower = new Set(pairs.map(([, target]) => targetId(target)));
  const winner = judged.find(
    (target) =>
      pairs.filter(([faster]) => targetId(faster) === targetId(target)).length ===
      judged.length - 1,
  );
  return {
    judged,
    unbeaten: judged.filter((target) => !slower.has(targetId(target))),
    winner,
  };
};

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
