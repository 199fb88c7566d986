import type { CheckResult } from '../../lib/bench/analysis/checks/check.ts';
import type { SummaryRow } from '../../lib/bench/analysis/summary-row.ts';
import type { Summary } from '../../lib/bench/analysis/summary.ts';
import type { Chart } from '../../lib/bench/report/charts/chart.ts';
import { chartSet, runCharts } from '../../lib/bench/report/charts/chart-set.ts';
import { chartedGroup } from '../../lib/bench/report/charts/charted-targets.ts';
import type { ReportCharts } from '../../lib/bench/report/report.ts';
import { measuredRows, rowGroups } from '../../lib/bench/report/row-groups.ts';
import type { Bar, Line, LinePanel } from '../../lib/bench/report/charts/plot.ts';

/** Charts are drawn once a summary, which takes longer than all that is asked of them. */
const drawn = new WeakMap<Summary, readonly Chart[]>();

const chartsOf = (summary: Summary): readonly Chart[] => {
  const known = drawn.get(summary);
  if (known !== undefined) return known;
  const { cost } = runCharts(summary);
  const all = [...chartSet(summary).flatMap(({ charts }) => charts), ...cost];
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
export const textsOf = ({ svg }: Chart): readonly string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) => text);

/** The panels of a line chart; none of another one. */
export const linePanelsOf = ({ plot }: Chart): readonly LinePanel[] =>
  plot.kind === 'lines' ? plot.panels : [];

/** The lines of a chart, those of all of its panels. */
export const linesOf = (chart: Chart): readonly Line[] =>
  linePanelsOf(chart).flatMap(({ lines }) => lines);

/** The bars of a chart, those of all of its panels. */
export const barsOf = ({ plot }: Chart): readonly Bar[] =>
  plot.kind === 'bars' ? plot.panels.flatMap(({ bars }) => bars) : [];

/** What the points or bars of a chart say, in their order; dashed lines say nothing. */
export const tipsOf = (chart: Chart): readonly string[] => [
  ...linesOf(chart)
    .filter(({ stroke }) => stroke !== 'dashed')
    .flatMap(({ points }) => points.flatMap(({ tip }) => tip ?? [])),
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
  groups: rowGroups(measuredRows(summary)).map((group) => ({
    group,
    charted: chartedGroup(group),
    charts: [],
  })),
  ofRun: { cost: [] },
});
