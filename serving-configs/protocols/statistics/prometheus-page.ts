import type { StatisticsPage } from './serving-counters.ts';

/** The type of a page in the Prometheus text format. */
export const PROMETHEUS_TEXT = 'text/plain; version=0.0.4; charset=utf-8';

/** Sum and count of a histogram or a summary, as the text format writes them; buckets are left out. */
export const sumAndCount = (
  metric: string,
  labels: Readonly<Record<string, string>>,
  { sum, count }: { readonly sum: number; readonly count: number },
): readonly string[] => {
  const names = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return [`${metric}_sum{${names.join()}} ${sum}`, `${metric}_count{${names.join()}} ${count}`];
};

export const prometheusPage = (
  lines: readonly string[],
  contentType: string = PROMETHEUS_TEXT,
): StatisticsPage => ({ contentType, body: `${lines.join('\n')}\n` });
