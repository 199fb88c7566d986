/** One sample of the Prometheus text format. */
export interface CounterSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\})?\s+(\S+)/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** The samples of a metric in a page of the Prometheus text format; empty if the page does not have the metric. */
export const samplesOf = (page: string, metric: string): readonly CounterSample[] =>
  page.split('\n').flatMap((line) => {
    if (!line.startsWith(metric)) return [];
    const match = LINE.exec(line);
    if (match?.[1] !== metric) return [];
    const labels = Object.fromEntries(
      [...(match[2] ?? '').matchAll(LABEL)].map(([, name = '', value = '']) => [name, value]),
    );
    return [{ labels, value: Number(match[3]) }];
  });

/** The sum of a metric's samples whose labels fit; 0 if there are none. */
export const sumOf = (
  page: string,
  metric: string,
  fits: (labels: CounterSample['labels']) => boolean,
): number =>
  samplesOf(page, metric).reduce((sum, { labels, value }) => (fits(labels) ? sum + value : sum), 0);

/** Creates a function that sums the samples of a metric that have the given labels. */
export const sumsOf =
  (page: string, wanted: CounterSample['labels']) =>
  (metric: string): number =>
    sumOf(page, metric, (labels) =>
      Object.entries(wanted).every(([name, value]) => labels[name] === value),
    );
