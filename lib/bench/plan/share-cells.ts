import { pathId, type Cell } from './cell.ts';
import { estimateSeconds } from './estimate.ts';
import { isPilotOf, usualSearchSeconds, type SloSearch } from './slo/search.ts';

/** Cells that one pair measures one after the other: one path, engine, scenario and repeat. */
const groupId = ({ path, engine, scenario, repeat }: Cell): string =>
  `r${repeat}/${pathId(path)}/${engine}/${scenario}`;

/** What a pair gets in one piece. */
interface Piece {
  readonly seconds: number;
  readonly cells: readonly Cell[];
}

const piecesOf = (cells: readonly Cell[], searches: readonly SloSearch[]): readonly Piece[] =>
  [...new Set(cells.map(groupId))].map((group) => {
    const own = cells.filter((cell) => groupId(cell) === group);
    const begun = searches.filter((search) => own.some((cell) => isPilotOf(search, cell)));
    return { cells: own, seconds: estimateSeconds(own) + usualSearchSeconds(begun) };
  });

/** Each piece, in order, to the pair that has least so far; the first of several. With equal pieces this is round robin. */
const deal = (pieces: readonly Piece[], pairs: readonly number[]): ReadonlyMap<string, number> => {
  const seconds = new Map(pairs.map((pair) => [pair, 0]));
  const pairOf = new Map<string, number>();
  for (const piece of pieces) {
    const [pair, before] = [...seconds].reduce((least, one) => (one[1] < least[1] ? one : least));
    seconds.set(pair, before + piece.seconds);
    for (const { id } of piece.cells) pairOf.set(id, pair);
  }
  return pairOf;
};

/**
 * Shares cells among pairs, each cell once and in the order of the plan. A pair is a block: where there are at least as
 * many repeats as pairs, the whole of a repeat, ceilings included, goes to one pair, so that a difference between machines
 * is none between servings. Where there are more pairs, a repeat is shared by groups of path, scenario and engine.
 *
 * Pure: all pairs come to the same result by themselves.
 *
 * @param cells those of a plan, or what is left of them
 * @param pairs numbers of the pairs, each once
 * @param searches those that follow the cells: where they begin, there is more to do than the cells say
 */
export const shareCells = (
  cells: readonly Cell[],
  pairs: readonly number[],
  searches: readonly SloSearch[] = [],
): Readonly<Record<string, readonly Cell[]>> => {
  if (pairs.length === 0) throw new Error('no pair to share the cells among');
  const ordered = pairs.toSorted((a, b) => a - b);
  const repeats = [...new Set(cells.map(({ repeat }) => repeat))].toSorted((a, b) => a - b);
  const blocks = repeats.map((repeat) => cells.filter((cell) => cell.repeat === repeat));
  const pairOf =
    ordered.length <= blocks.length
      ? new Map(
          blocks.flatMap((block, index) =>
            block.map(({ id }) => [id, ordered[index % ordered.length] ?? 0] as const),
          ),
        )
      : new Map(
          blocks.flatMap((block, index) => [
            ...deal(
              piecesOf(block, searches),
              ordered.filter((_, place) => place % blocks.length === index),
            ),
          ]),
        );
  return Object.fromEntries(
    ordered.map((pair) => [String(pair), cells.filter(({ id }) => pairOf.get(id) === pair)]),
  );
};
