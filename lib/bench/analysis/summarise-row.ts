import type { FailureClass } from '../model/load-result.ts';
import type { Cell } from '../model/cell.ts';
import type { CompletedCell, FailedCell } from '../model/record.ts';
import { directFailuresOf, directOf } from './direct.ts';
import { latenciesOf, mergedLatency } from './merged-latency.ts';
import { nodeUse } from './node-use.ts';
import { averageOfMedians, medianOverRepeats, overRepeats, pooledRate } from './over-repeats.ts';
import { percentileSupport } from './percentile-support.ts';
import { readHistogram } from './read-histogram.ts';
import { rowIntervals } from './row-intervals.ts';
import { steadyOf } from './steady.ts';
import type { SummaryRow } from './summary-row.ts';
import { timePartsOf } from './time-parts.ts';
import { weightedMean } from '../stats/moments.ts';
import { sum } from '../stats/moments.ts';

/**
 * Right answers that came inside the window. In a closed loop these are `succeeded`; in an open loop `succeeded` counts
 * what was planned inside it, however late the answer came.
 */
const rightInside = ({ load }: CompletedCell): number =>
  load.requestRatePerSecond * load.durationSeconds;

const answered = (cell: CompletedCell): number => rightInside(cell) + cell.load.failed;

/** CPU time ÷ requests that were answered or failed inside the windows, over the cells that tell their CPU time. */
const cpuPerRequest = (
  cells: readonly CompletedCell[],
  cpuMs: (cell: CompletedCell) => number | undefined,
): number | undefined => {
  const telling = cells.filter((cell) => cpuMs(cell) !== undefined);
  const requests = sum(telling.map(answered));
  return requests === 0 ? undefined : sum(telling.map((cell) => cpuMs(cell) ?? 0)) / requests;
};

const failuresOf = (cells: readonly CompletedCell[]): Partial<Record<FailureClass, number>> => {
  const counts = new Map<string, number>();
  for (const cell of cells) {
    for (const [name, count] of Object.entries(cell.load.failures)) {
      counts.set(name, (counts.get(name) ?? 0) + (count ?? 0));
    }
  }
  return Object.fromEntries([...counts].filter(([, count]) => count > 0));
};

const phasesOf = (cells: readonly CompletedCell[]): Record<string, { meanMs: number }> => {
  const names = new Set(cells.flatMap((cell) => Object.keys(cell.load.phases)));
  const phases: Record<string, { meanMs: number }> = {};
  for (const name of names) {
    const meanMs = weightedMean(
      cells.flatMap((cell) => {
        const phase = cell.load.phases[name];
        return phase === undefined ? [] : [{ value: phase.meanMs, weight: cell.load.succeeded }];
      }),
    );
    if (meanMs !== undefined) phases[name] = { meanMs };
  }
  return phases;
};

const warningsOf = (cells: readonly CompletedCell[]): string[] =>
  cells
    .filter((cell) => !cell.load.self.keptUp)
    .map(
      (cell) =>
        `repeat ${cell.cell.repeat}: ${cell.load.self.reason ?? 'the load generator did not keep up'}`,
    );

/** Leaves out what is undefined, so that an absent figure has no key. */
const defined = <T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };

/** What the nodes used; undefined where no cell tells it. */
const nodesOf = (cells: readonly CompletedCell[]): SummaryRow['nodes'] => {
  const nodes = defined({
    serving: nodeUse(cells.map((cell) => cell.nodes?.serving)),
    middleware: nodeUse(cells.map((cell) => cell.nodes?.middleware)),
  });
  return Object.keys(nodes).length === 0 ? undefined : nodes;
};

/** A row for which no cell was recorded, or none gave figures. */
const emptyRow = (planned: Cell, plannedRepeats: number, failed: readonly FailedCell[]) => ({
  path: planned.path,
  engine: planned.engine,
  scenario: planned.scenario,
  level: planned.level,
  repeats: 0,
  plannedRepeats,
  failedRepeats: failed.map(({ cell, message }) => ({ repeat: cell.repeat, message })),
  warnings: [] as readonly string[],
});

/**
 * One row from the records of its repeats.
 *
 * - request rate = Σ right answers inside the windows ÷ Σ durationSeconds
 * - failed share = Σ failed ÷ Σ (succeeded + failed)
 * - mean = Σ count·mean ÷ Σ count; percentiles as in {@link mergedLatency}; average of medians, the figure of the study,
 *   as in {@link averageOfMedians}
 * - a phase's mean = Σ succeeded·mean ÷ Σ succeeded
 * - where the time goes as in {@link timePartsOf}
 * - CPU a request = Σ CPU time in the windows ÷ Σ (right answers inside them + failed): a failed request costs CPU too
 * - direct checks as in {@link directOf}
 * - time to ready and first request: the median of the repeats, as each repeat has one of them
 * - intervals as in {@link rowIntervals}
 *
 * @param planned the row's cells in the plan, at least one
 */
export const summariseRow = (
  planned: readonly [Cell, ...(readonly Cell[])],
  completed: readonly CompletedCell[],
  failed: readonly FailedCell[],
): SummaryRow => {
  const empty = emptyRow(planned[0], planned.length, failed);
  if (completed.length === 0) return empty;
  const loads = completed.map((cell) => cell.load);
  const succeeded = sum(loads.map((load) => load.succeeded));
  const failedRequests = sum(loads.map((load) => load.failed));
  const measuredSeconds = sum(loads.map((load) => load.durationSeconds));
  const latencies = latenciesOf(
    completed.map(({ cell, load }) => readHistogram(`the cell "${cell.id}"`, load.histogram)),
  );
  const latency = latencies === undefined ? undefined : mergedLatency(latencies);
  const directFailures = directFailuresOf(completed);
  const starts = completed.flatMap((cell) => (cell.start === undefined ? [] : [cell.start]));
  const row: SummaryRow = {
    ...empty,
    repeats: completed.length,
    succeeded,
    failed: failedRequests,
    failures: failuresOf(completed),
    offered: sum(loads.map((load) => load.offered)),
    unsent: sum(loads.map((load) => load.unsent)),
    unfinished: sum(loads.map((load) => load.unfinished)),
    generatorLagP99Ms: Math.max(...loads.map((load) => load.self.eventLoopLagP99Ms)),
    measuredSeconds,
    phases: phasesOf(completed),
    warnings: warningsOf(completed),
    steady: steadyOf(completed),
    ...defined({
      requestRatePerSecond: overRepeats(
        pooledRate(loads),
        loads.map((load) => load.requestRatePerSecond),
      ),
      failedShare: overRepeats(
        failedRequests / Math.max(1, succeeded + failedRequests),
        loads.map((load) => load.failed / Math.max(1, load.succeeded + load.failed)),
      ),
      p50Ms: latency?.p50Ms,
      p95Ms: latency?.p95Ms,
      p99Ms: latency?.p99Ms,
      p999Ms: latency?.p999Ms,
      averageOfMediansMs: averageOfMedians(loads.map((load) => load.latency)),
      percentileSupport: latency === undefined ? undefined : percentileSupport(latency.count),
      meanMs: weightedMean(
        loads.map(({ latency: { meanMs, count } }) => ({ value: meanMs, weight: count })),
      ),
      timeParts: timePartsOf(completed),
      middlewareCpuMsPerRequest: cpuPerRequest(completed, (cell) => cell.middleware.cpuMs),
      generatorCpuMsPerRequest: cpuPerRequest(completed, (cell) => cell.load.self.cpuMs),
      nodes: nodesOf(completed),
      servingCpuMsPerRequest: cpuPerRequest(completed, (cell) => cell.servingCpuMs),
      timeToReadyMs: medianOverRepeats(starts.map((start) => start.timeToReadyMs)),
      firstRequestMs: medianOverRepeats(starts.map((start) => start.firstRequestMs)),
      direct: directOf(completed),
      directFailures: directFailures.length === 0 ? undefined : directFailures,
    }),
  };
  const intervals = rowIntervals(row, completed, latencies);
  return intervals === undefined ? row : { ...row, intervals };
};
