import type { ResultRecord } from '../../results/record.ts';
import { pathId, type Cell } from '../cell.ts';
import { estimateSeconds } from '../estimate.ts';
import { isOfSearchedPath, isPilotOf, usualSearchSeconds, type SloSearch } from './search.ts';

/** Pairs that fit a search best: those that measure its pilots, else those that have measured its path, else all. */
const fitting = (
  search: SloSearch,
  shares: Readonly<Record<string, readonly Cell[]>>,
  records: readonly ResultRecord[],
): readonly string[] => {
  const pairs = Object.keys(shares);
  const measuring = pairs.filter((pair) => shares[pair]?.some((cell) => isPilotOf(search, cell)));
  if (measuring.length > 0) return measuring;
  const known = new Set(
    records.flatMap((record) =>
      record.kind === 'cell' && isOfSearchedPath(search, record.cell) ? [String(record.pair)] : [],
    ),
  );
  const holding = pairs.filter((pair) => known.has(pair));
  return holding.length > 0 ? holding : pairs;
};

/**
 * Gives each search whole to one pair, since each of its trials depends on those before. It goes where its pilots are
 * measured; where they are done, to a pair that has measured its path already; else to any. Of several the one with least
 * to do gets it. All bounds of a path go to one pair, though several would end sooner: so their rates differ by the bound and
 * not by the machine, and the same pilots begin them. Pure: all pairs come to the same result by themselves.
 *
 * @param shares the cells of each pair, by its number as text
 * @param records of all pairs so far
 */
export const shareSearches = (
  searches: readonly SloSearch[],
  shares: Readonly<Record<string, readonly Cell[]>>,
  records: readonly ResultRecord[] = [],
): Readonly<Record<string, readonly SloSearch[]>> => {
  const seconds = new Map(
    Object.entries(shares).map(([pair, cells]) => [pair, estimateSeconds(cells)]),
  );
  const secondsOf = (pair: string): number => seconds.get(pair) ?? 0;
  const pairOf = new Map<string, string>();
  const pairOfPath = new Map<string, string>();
  for (const search of searches) {
    const pairs = fitting(search, shares, records);
    const before = pairs.find((pair) => pair === pairOfPath.get(pathId(search.path)));
    const pair =
      before ?? pairs.reduce((least, one) => (secondsOf(one) < secondsOf(least) ? one : least));
    pairOfPath.set(pathId(search.path), pair);
    seconds.set(pair, secondsOf(pair) + usualSearchSeconds([search]));
    pairOf.set(search.id, pair);
  }
  return Object.fromEntries(
    Object.keys(shares).map((pair) => [pair, searches.filter(({ id }) => pairOf.get(id) === pair)]),
  );
};
