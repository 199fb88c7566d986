import { pathId, type Path } from '../../model/cell.ts';
import type { Verdict, VerdictFamily } from './verdict.ts';

/** Who came out ahead in a family of verdicts. */
export interface Standing {
  /** Paths with a verdict that is not withheld, in the order of the report. */
  readonly judged: readonly Path[];
  /** Those of them that no other one was faster than. */
  readonly unbeaten: readonly Path[];
  /** Faster than every other judged path; undefined where nobody was beyond doubt. */
  readonly winner?: Path;
}

/** The faster and the slower path of a verdict that decides between them. */
const decided = ({ word, first, second }: Verdict): readonly [Path, Path] | undefined => {
  if (word === 'faster') return [first, second];
  return word === 'slower' ? [second, first] : undefined;
};

/**
 * Who is ahead, from the words alone, so that it is wrong no more often than they are. The winner was held against
 * every other judged path and was faster than each.
 */
export const standingOf = ({ verdicts }: Pick<VerdictFamily, 'verdicts'>): Standing => {
  const given = verdicts.filter(({ withheld }) => withheld === undefined);
  const judged = [
    ...new Map(
      given.flatMap(({ first, second }) => [first, second]).map((path) => [pathId(path), path]),
    ).values(),
  ];
  const pairs = given.flatMap((verdict) => {
    const pair = decided(verdict);
    return pair === undefined ? [] : [pair];
  });
  const slower = new Set(pairs.map(([, path]) => pathId(path)));
  const winner = judged.find(
    (path) =>
      pairs.filter(([faster]) => pathId(faster) === pathId(path)).length === judged.length - 1,
  );
  return {
    judged,
    unbeaten: judged.filter((path) => !slower.has(pathId(path))),
    ...(winner === undefined ? {} : { winner }),
  };
};

/** The verdict on two paths, whichever is its first. */
export const verdictOn = (
  { verdicts }: Pick<VerdictFamily, 'verdicts'>,
  one: Path,
  other: Path,
): Verdict | undefined => {
  const ids = new Set([pathId(one), pathId(other)]);
  return verdicts.find(({ first, second }) => ids.has(pathId(first)) && ids.has(pathId(second)));
};
