import type { CheckResult } from '../../lib/bench/analysis/checks/check.ts';
import type { SummaryRow } from '../../lib/bench/analysis/summary-row.ts';
import type { Summary } from '../../lib/bench/analysis/summary.ts';
import { drawCharts, type ReportCharts } from '../../lib/bench/report/charts/chart-set.ts';
import { measuredRows, rowGroups } from '../../lib/bench/report/row-groups.ts';
import type { Bar, Chart, Line } from '../../lib/bench/report/charts/plot.ts';

/** Charts are drawn once a summary, which takes longer than all that is asked of them. */
const drawn = new WeakMap<Summary, readonly Chart[]>();

const chartsOf = (summary: Summary): readonly Chart[] => {
  const known = drawn.get(summary);
  if (known !== undefined) return known;
  const all = drawCharts(summary).groups.flatMap(({ charts }) => charts);
  drawn.set(summary, all);
  return all;
};

/**
 * The chart of a name in the report of a summary.
 *
 * @throws Error where it has none
 */
export const chartOf = (summary: Summary, name: string): Chart => {
  const all = chartsOf(summary);
  const found = all.find((one) => one.name === name);
  if (found === undefined) {
    throw new Error(`no chart ${name} among ${all.map((one) => one.name).join(', ')}`);
  }
  return found;
};

/** The texts that are drawn in a chart, in their order. */
export const textsOf = ({ drawing }: Chart): readonly string[] =>
  [...drawing.svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) => text);

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

/** A report without charts, which take longer to draw than all else. */
export const withoutCharts = (summary: Summary): ReportCharts => ({
  head: undefined,
  groups: rowGroups(measuredRows(summary)).map((group) => ({
    group,
    left: 0,
    charts: [],
  })),
});
