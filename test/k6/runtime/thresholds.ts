import type { MetricData } from './modules/metrics.ts';

const HOLDS: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '<=': (value, limit) => value <= limit,
  '==': (value, limit) => value === limit,
};

const holds = (expression: string, data: MetricData | undefined): boolean => {
  const [, statistic = '', operator = '', limit] = /^(\w+)(<=|==)([\d.]+)$/.exec(expression) ?? [];
  const compare = HOLDS[operator];
  if (compare === undefined) throw new Error(`"${expression}" is no threshold of the runtime`);
  return data === undefined || compare(data.values[statistic] ?? 0, Number(limit));
};

/** Names of the metrics whose thresholds were crossed. One without samples crosses none. */
export const crossed = (
  thresholds: Readonly<Record<string, readonly string[]>>,
  metrics: Readonly<Record<string, MetricData>>,
): readonly string[] =>
  Object.entries(thresholds).flatMap(([metric, expressions]) =>
    expressions.every((expression) => holds(expression, metrics[metric])) ? [] : [metric],
  );
