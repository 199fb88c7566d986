import type { StatisticsPage } from './serving-counters.ts';

/** The type of a page in the Prometheus text format. */
const PROMETHEUS_TEXT = 'text/plain; version=0.0.4; charset=utf-8';

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

/** One sample of the Prometheus text format. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\})?\s+(\S+)/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** The samples of one metric in a page of the Prometheus text format; empty where it is not there. */
export const samplesOf = (page: string, metric: string): readonly Sample[] =>
  page.split('\n').flatMap((line) => {
    if (!line.startsWith(metric)) return [];
    const match = LINE.exec(line);
    if (match?.[1] !== metric) return [];
    const labels = Object.fromEntries(
      [...(match[2] ?? '').matchAll(LABEL)].map(([, name = '', value = '']) => [name, value]),
    );
    return [{ labels, value: Number(match[3]) }];
  });

/** The sum of a metric over the samples that fit; undefined where none is there. */
export const sumOf = (
  page: string,
  metric: string,
  fits: (labels: Sample['labels']) => boolean,
): number | undefined => {
  const values = samplesOf(page, metric).flatMap(({ labels, value }) =>
    fits(labels) ? [value] : [],
  );
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
};
