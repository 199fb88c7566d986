import type { CheckResult, SummaryRow } from '../../lib/bench/analysis/summary-row.ts';
import type { Summary } from '../../lib/bench/analysis/summary.ts';
import { chartsOf } from '../../lib/bench/report/charts/chart-set.ts';
import {
  type Bar,
  drawChart,
  type Chart,
  type Line,
} from '../../lib/bench/report/charts/draw-chart.ts';

/**
 * Finds a chart of a report by name.
 *
 * @throws Error if there is none
 */
export const chartOf = (summary: Summary, name: string): Chart => {
  const charts = chartsOf(summary).groups.flatMap((group) => group.charts);
  const found = charts.find((chart) => chart.name === name);
  if (found === undefined) {
    throw new Error(`no chart ${name} among ${charts.map((chart) => chart.name).join(', ')}`);
  }
  return found;
};

/** The texts in a drawn chart, in order. */
export const textsOf = (chart: Chart): readonly string[] =>
  [...drawChart(chart).matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) => text);

/** The lines of a chart; empty for a bar chart. */
export const linesOf = ({ plot }: Chart): readonly Line[] =>
  plot.kind === 'lines' ? plot.panels.flatMap(({ lines }) => lines) : [];

/** The bars of a chart; empty for a line chart. */
export const barsOf = ({ plot }: Chart): readonly Bar[] => (plot.kind === 'bars' ? plot.bars : []);

const FAILED: CheckResult = { check: 'noop-limit', state: 'failed' };

/** A summary with a failed check in some rows. */
export const failingWhere = (
  summary: Summary,
  isFailing: (row: SummaryRow) => boolean,
): Summary => ({
  ...summary,
  rows: summary.rows.map((row) => (isFailing(row) ? { ...row, checks: [FAILED] } : row)),
});
