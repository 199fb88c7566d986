import { buildCells } from '../../lib/bench/plan/build-plan.ts';
import type { Cell, Path } from '../../lib/bench/plan/cell.ts';
import type { Plan } from '../../lib/bench/plan/plan.ts';
import { resolvePlanOptions } from '../../lib/bench/plan/plan-options.ts';
import { buildSearches } from '../../lib/bench/plan/slo/search.ts';
import type { CompletedCell } from '../../lib/bench/results/record.ts';
import { completedCell, loadResult, recordedPaths, recordedPlan } from './recorded-run.ts';

/** The highest rate that keeps p99 within a bound, of every path of a searched plan. */
export const LIMITS = [
  { p99Ms: 15, rate: 40 },
  { p99Ms: 50, rate: 80 },
] as const;
const CAPACITY = 100;

/** A plan with a search for each of these bounds on each of its paths. */
export const searchedPlan = (
  sloP99Ms: readonly number[],
  paths: readonly Path[] = recordedPaths().slice(0, 2),
  more: Parameters<typeof resolvePlanOptions>[0] = {},
): Plan => {
  const options = resolvePlanOptions({ profile: 'slo', seed: 1, sloP99Ms, ...more });
  const cells = buildCells(paths, options);
  return { ...recordedPlan(cells, paths), options, searches: buildSearches(paths, options) };
};

/** Measures a serving that answers one user in 5 ms and keeps p99 within a bound up to the rate that `LIMITS` says. */
export const measureLimited = (
  cell: Cell,
  { aloneMs = 5, ...extra }: Partial<CompletedCell> & { readonly aloneMs?: number } = {},
): CompletedCell => {
  const { level, durationSeconds } = cell;
  if (level.loop === 'closed') {
    const latencyMs = level.virtualUsers === 1 ? aloneMs : 80;
    const answers = Array.from({ length: CAPACITY * durationSeconds }, () => latencyMs);
    return completedCell(cell, loadResult(answers, durationSeconds), extra);
  }
  const { p99Ms = 100 } = LIMITS.find(({ rate }) => level.ratePerSecond <= rate) ?? {};
  const answers = Math.round(level.ratePerSecond * durationSeconds);
  const latenciesMs = Array.from({ length: answers }, () => p99Ms - 1);
  return completedCell(cell, loadResult(latenciesMs, durationSeconds), extra);
};
