import { targetId } from '../../model/measurement.ts';
import { checksSupport } from '../checks/check.ts';
import { groupBy } from '../group-by.ts';
import type { SummaryRow } from '../summary-row.ts';
import type { BestRate, SloRate } from '../slo-types.ts';
import { limitState, type RowCounts } from './row-counts.ts';

export const rateOf = ({ requestRatePerSecond }: SummaryRow): number =>
  requestRatePerSecond?.value ?? 0;

/** The rows that a best rate can come from, grouped by target, engine and scenario. Leaves out no-op limits and rows that fail a check. */
export const usableRowsByTarget = (
  rows: readonly SummaryRow[],
): readonly (readonly SummaryRow[])[] => [
  ...groupBy(
    rows.filter((row) => row.engine !== 'noop' && rateOf(row) > 0 && checksSupport(row)),
    ({ target, engine, scenario }) => `${targetId(target)}/${engine}/${scenario}`,
  ).values(),
];

/** Counts the requests of a row over a limit. */
export type CountsOf = (row: SummaryRow, limitMs: number) => RowCounts;

interface JudgedRow extends RowCounts {
  readonly row: SummaryRow;
  readonly state: SloRate['state'];
}

const stateOf = ({ failedShare }: SummaryRow, counts: RowCounts): SloRate['state'] =>
  limitState(failedShare ?? 1, counts);

/** Chooses the level, see `SloRate.level`. */
const bestOf = (judged: readonly JudgedRow[]): JudgedRow | undefined => {
  const byRate = judged.toSorted((a, b) => rateOf(b.row) - rateOf(a.row));
  const byShare = judged.toSorted((a, b) => a.overLimit / a.requests - b.overLimit / b.requests);
  return (
    byRate.find(({ state }) => state === 'kept') ??
    byRate.find(({ state }) => state === 'unknown') ??
    byShare[0]
  );
};

const sloRate = (
  rows: readonly SummaryRow[],
  limitMs: number,
  countsOf: CountsOf,
): readonly SloRate[] => {
  const best = bestOf(
    rows.map((row) => {
      const counts = countsOf(row, limitMs);
      return { row, ...counts, state: stateOf(row, counts) };
    }),
  );
  if (best === undefined) return [];
  const { row, state, requests, overLimit } = best;
  const { target, engine, scenario, level, p99Ms, requestRatePerSecond } = row;
  const isKept = state === 'kept';
  return [
    {
      target,
      engine,
      scenario,
      limitMs,
      state,
      level,
      requests,
      overLimit,
      requestRatePerSecond: isKept ? requestRatePerSecond : undefined,
      p99Ms: isKept ? p99Ms?.value : undefined,
    },
  ];
};

/** The best rate of each target within each limit, in the order of the rows. */
export const sloRatesOf = (
  rows: readonly SummaryRow[],
  limitsMs: readonly number[],
  countsOf: CountsOf,
): readonly SloRate[] =>
  usableRowsByTarget(rows).flatMap((ofTarget) =>
    limitsMs.flatMap((limitMs) => sloRate(ofTarget, limitMs, countsOf)),
  );

/** The target with the highest rate within each limit: one for each scenario, and for levels and searches apart. */
export const bestRatesOf = (rates: readonly SloRate[]): readonly BestRate[] => {
  const byLimit = groupBy(
    rates,
    ({ limitMs, scenario, search }) => `${limitMs}/${scenario}/${search === undefined}`,
  );
  return [...byLimit.values()].map((group) => {
    const [{ limitMs, scenario, search }] = group;
    const [best] = group
      .filter(({ state }) => state === 'kept')
      .toSorted(
        (a, b) => (b.requestRatePerSecond?.value ?? 0) - (a.requestRatePerSecond?.value ?? 0),
      );
    const about = { limitMs, scenario, isSearched: search !== undefined };
    if (best === undefined) {
      return { ...about, reason: group.flatMap((rate) => rate.search?.reason ?? [])[0] };
    }
    const { target, level, requestRatePerSecond } = best;
    return { ...about, best: { target, level, requestRatePerSecond } };
  });
};
