import type { Side } from '../verdicts/side.ts';

const pairsOf = ({ repeats }: Side): number => new Set(repeats.map(({ pair }) => pair)).size;

/**
 * What is to be said of rows whose repeats several node pairs measured. Their machines may differ, and repeats of one pair are
 * more alike than the interval takes them to be, which holds all of them for independent. Empty where there are none.
 *
 * @param before by the key of the row, as `after`
 */
export const nodePairNotices = (
  before: ReadonlyMap<string, Side>,
  after: ReadonlyMap<string, Side>,
): readonly string[] => {
  const common = [...after].flatMap(([key, side]) => {
    const other = before.get(key);
    return other === undefined ? [] : [[other, side] as const];
  });
  const mixed = common.filter((sides) => sides.some((side) => pairsOf(side) > 1)).length;
  return mixed === 0
    ? []
    : [
        `In ${mixed} of ${common.length} rows the repeats of a run ran on several node pairs, and are taken together: a difference between the pairs’ machines counts as noise or as a change. To be sure, compare runs of one node pair.`,
      ];
};
