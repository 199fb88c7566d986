import type { CheckResult } from '../../lib/bench/analysis/checks/check.ts';
import type { SummaryRow } from '../../lib/bench/analysis/summary-row.ts';
import type { Summary } from '../../lib/bench/analysis/summary.ts';
import { chartsOf } from '../../lib/bench/report/charts/chart-set.ts';
import { drawChart } from '../../lib/bench/report/charts/draw-chart.ts';
import type { Bar, Chart, Line } from '../../lib/bench/report/charts/plot.ts';

/**
 * The chart of a name in the report of a summary.
 *
 * @throws Error where it has none
 */
export const chartOf = (summary: Summary, name: string): Chart => {
  const all = chartsOf(summary).groups.flatMap(({ charts }) => charts);
  const found = all.find((one) => one.name === name);
  if (found === undefined) {
    throw new Error(`no chart ${name} among ${all.map((one) => one.name).join(', ')}`);
  }
  return found;
};

/** The texts that are drawn in a chart, in their order. */
export const textsOf = (chart: Chart): readonly string[] =>
  [...drawChart(chart, {}).matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) => text);

/** The lines of a chart; none of bars. */
export const linesOf = ({ plot }: Chart): readonly Line[] =>
  plot.kind === 'lines' ? plot.lines : [];

/** The bars of a chart; none of lines. */
export const barsOf = ({ plot }: Chart): readonly Bar[] => (plot.kind === 'bars' ? plot.bars : []);

/** What the points or bars of a chart say, in their order. */
export const tipsOf = (chart: Chart): readonly string[] => [
  ...linesOf(chart).flatMap(({ points }) => points.map(({ tip }) => tip)),
  ...barsOf(chart).flatMap(({ parts }) => parts.map(({ tip }) => tip)),
];

const FAILED: CheckResult = {
  check: 'noop-limit',
  state: 'failed',
  finding: 'Too near its no-op limit.',
};

/** The summary with a failed check in some rows. */
export const failingWhere = (
  summary: Summary,
  isFailing: (row: SummaryRow) => boolean,
): Summary => ({
  ...summary,
  rows: summary.rows.map((row) => (isFailing(row) ? { ...row, checks: [FAILED] } : row)),
});
