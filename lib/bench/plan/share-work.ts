import type { ResultRecord } from '../results/record.ts';
import type { Assignment } from './assignment.ts';
import type { Plan } from './plan.ts';
import { shareCells } from './share-cells.ts';
import { shareSearches } from './slo/share-searches.ts';

/** What is to be shared: a plan, or what is left of it. */
export type Work = Pick<Plan, 'cells' | 'searches'>;

const idsOf = (
  shares: Readonly<Record<string, readonly { readonly id: string }[]>>,
): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(Object.entries(shares).map(([pair, own]) => [pair, own.map(({ id }) => id)]));

/**
 * Shares work among pairs; see `shareCells` and `shareSearches`. Pure.
 *
 * @param records what all pairs have measured so far
 */
export const shareWork = (
  { cells, searches = [] }: Work,
  pairs: readonly number[],
  records: readonly ResultRecord[] = [],
): Readonly<Record<string, Required<Work>>> => {
  const shares = shareCells(cells, pairs, searches);
  const searching = shareSearches(searches, shares, records);
  return Object.fromEntries(
    Object.entries(shares).map(([pair, own]) => [
      pair,
      { cells: own, searches: searching[pair] ?? [] },
    ]),
  );
};

/** The ids of shared work, as an assignment names them. */
export const assignedIds = (
  shares: ReturnType<typeof shareWork>,
): Pick<Assignment, 'cells' | 'searches'> => {
  const of = (kind: keyof Work) =>
    idsOf(Object.fromEntries(Object.entries(shares).map(([pair, own]) => [pair, own[kind]])));
  const hasSearches = Object.values(shares).some(({ searches }) => searches.length > 0);
  return { cells: of('cells'), ...(hasSearches ? { searches: of('searches') } : {}) };
};
