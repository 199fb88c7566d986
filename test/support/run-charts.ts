import type { CheckResult } from '../../lib/bench/analysis/checks/check.ts';
import type { SummaryRow } from '../../lib/bench/analysis/summary-row.ts';
import type { Summary } from '../../lib/bench/analysis/summary.ts';
import type { Chart } from '../../lib/bench/report/charts/chart.ts';
import { chartSet, runCharts } from '../../lib/bench/report/charts/chart-set.ts';

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

/** The texts in a chart, in their order. */
export const textsOf = ({ svg }: Chart): readonly string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) => text);

/** What the points of a chart say, in their order. */
export const tipsOf = ({ svg }: Chart): readonly string[] =>
  [...svg.matchAll(/<title>([^<]*)<\/title>/g)].map(([, text = '']) => text);

/** The attributes of the points of a chart, in their order; points that are alike share those of their group. */
export const pointAttributesOf = ({ svg }: Chart): readonly string[] => {
  let group = '';
  const found: string[] = [];
  for (const [tag, ofGroup, ofPoint] of svg.matchAll(
    /<g( [^>]* data-s="\d+")>|<\/g>|<path([^>]*)><title>/g,
  )) {
    if (ofPoint === undefined) group = tag === '</g>' ? '' : (ofGroup ?? '');
    else found.push(group + ofPoint);
  }
  return found;
};

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
