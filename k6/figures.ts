import { Counter, Rate, Trend } from 'k6/metrics';
import type { Job } from './job.ts';
import type { Ended } from './exchange.ts';
import { windowOf } from './load-plan.ts';
import { correctPart, isInside } from './measuring-window.ts';

/**
 * Metrics of the measuring window. k6's built-in rates cannot be used, because they divide by the whole run, warm-up and graceful
 * stop included.
 */
export const metrics = {
  latency: new Trend('window_latency', true),
  failed: new Rate('window_failed'),
  /** Correct answers inside the window: in a closed loop, the sum of the shares of their times. */
  succeededInside: new Counter('window_succeeded'),
  unsent: new Counter('window_unsent'),
  /** Lines of the whole run, so that a reader can tell whether it has them all. */
  lines: new Counter('sample_lines'),
};

/** Counts a request like the embedded load generator, but the window always begins at the end of the warm-up. */
export const count = (job: Job, plannedMs: number, ended: Ended): void => {
  const { doneMs, correct } = ended;
  const window = windowOf(job);
  if (correct) metrics.succeededInside.add(correctPart(window, job.level.loop, ended));
  if (!isInside(window, plannedMs)) return;
  metrics.failed.add(!correct);
  if (correct) metrics.latency.add(doneMs - plannedMs);
};

export const countUnsent = (job: Job, plannedMs: number): void => {
  if (isInside(windowOf(job), plannedMs)) metrics.unsent.add(1);
};

/** The argument of `handleSummary`, which has no type in k6: values by metric and statistic. */
export interface SummaryData {
  readonly metrics: Readonly<
    Record<string, { readonly values: Readonly<Record<string, number>> } | undefined>
  >;
}

/** The figures of a run, for programs. */
export interface K6Figures {
  readonly job: Job;
  readonly requestRatePerSecond: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly unsent: number;
  readonly droppedIterations: number;
  readonly latencyMs: Readonly<Record<string, number>>;
  readonly sampleLines: number;
}

export const summarise = (job: Job, { metrics: all }: SummaryData): K6Figures => {
  const value = (metric: string, statistic: string): number => all[metric]?.values[statistic] ?? 0;
  const { startMs, endMs } = windowOf(job);
  const latency = (statistic: string): number => value('window_latency', statistic);
  return {
    job,
    requestRatePerSecond: (value('window_succeeded', 'count') * 1000) / (endMs - startMs),
    succeeded: value('window_failed', 'fails'),
    failed: value('window_failed', 'passes'),
    unsent: value('window_unsent', 'count'),
    droppedIterations: value('dropped_iterations', 'count'),
    latencyMs: {
      mean: latency('avg'),
      min: latency('min'),
      p50: latency('med'),
      p90: latency('p(90)'),
      p95: latency('p(95)'),
      p99: latency('p(99)'),
      max: latency('max'),
    },
    sampleLines: value('sample_lines', 'count'),
  };
};

/** Formats the figures of a run for people. */
export const describeSummary = (summary: K6Figures): string => {
  const { level, durationSeconds } = summary.job;
  const load =
    level.loop === 'closed'
      ? `${level.virtualUsers} virtual users`
      : `${level.ratePerSecond} requests/s planned (${level.arrivals})`;
  const ms = (name: string): string => `${name} ${(summary.latencyMs[name] ?? 0).toFixed(1)} ms`;
  return [
    '',
    `  load           ${load}, window of ${durationSeconds} s`,
    `  rate           ${summary.requestRatePerSecond.toFixed(1)} correct answers/s inside the window`,
    `  response time  ${['p50', 'p90', 'p95', 'p99', 'max'].map(ms).join(', ')}`,
    `  failed         ${summary.failed} of ${summary.failed + summary.succeeded}`,
    `  unsent         ${summary.unsent}`,
    '',
    '',
  ].join('\n');
};
