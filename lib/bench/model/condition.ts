import type { ServingName } from '../../../serving-configs/index.ts';

/** The figures that a condition can limit, each with the side on which it is bad. */
export const METRICS = {
  p50: 'above',
  p95: 'above',
  p99: 'above',
  rate: 'below',
  failed: 'above',
  cost: 'above',
} as const;

export type Metric = keyof typeof METRICS;

export const metricNames = Object.keys(METRICS) as readonly Metric[];

/** A statement that must not hold for any result of a run: `p95>100ms`. */
export interface Condition {
  /** As it was typed. */
  readonly text: string;
  readonly metric: Metric;
  /** In the unit of the metric: milliseconds, requests per second, percent, or US dollars per million answers. */
  readonly bound: number;
  /** The bound with its unit, for people. */
  readonly boundText: string;
  /** The servings whose results it limits. Default: all. */
  readonly servings?: readonly ServingName[];
}
