import { buildCells } from '../../lib/bench/plan/build-plan.ts';
import type { Cell, Path } from '../../lib/bench/model/cell.ts';
import type { Plan } from '../../lib/bench/model/plan.ts';
import { resolvePlanOptions } from '../../lib/bench/plan/plan-options.ts';
import { buildSearches } from '../../lib/bench/plan/slo-search.ts';
import type { CompletedCell, ResultRecord } from '../../lib/bench/model/record.ts';
import { createCellQueue } from '../../lib/bench/run/cell-queue.ts';
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

export type Measure = (cell: Cell) => CompletedCell;

/** Runs what is left of a plan with searches. */
export const runSearched = (
  plan: Plan,
  measure: Measure = measureLimited,
  records: readonly ResultRecord[] = [],
): readonly ResultRecord[] => {
  const all = [...records];
  const done = new Set(records.flatMap((one) => (one.kind === 'cell' ? [one.cell.id] : [])));
  const queue = createCellQueue(plan, plan.cells, ({ id }) => done.has(id), records);
  for (let next = queue.next(); next !== undefined; next = queue.next()) {
    // Counted without a gap, up to a total that ends of searches make smaller.
    expect(next.number).toBe(all.length + 1);
    expect(next.number).toBeLessThanOrEqual(next.total);
    expect(next.total).toBeLessThanOrEqual(queue.total);
    const record = measure(next.cell);
    all.push(record);
    queue.note(record);
  }
  return all;
};
