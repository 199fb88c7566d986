import type { SummaryRow } from '../../analysis/summary-row.ts';
import type { Summary } from '../../analysis/summary.ts';
import { targetId } from '../../model/measurement.ts';
import { targetLabels } from '../../wording/labels.ts';
import { measuredRows, rowGroups, type RowGroup } from '../row-groups.ts';
import { rankingOf } from '../answer.ts';
import { requestRateChart, responseTimeChart } from './load-charts.ts';
import type { Chart } from './plot.ts';
import { rankingChart } from './ranking-chart.ts';
import { targetLooks, type TargetLooks } from './target-looks.ts';
import { timePartsChart } from './time-parts.ts';

export interface GroupCharts {
  readonly group: RowGroup;
  /** Number of targets that the charts leave out. */
  readonly left: number;
  readonly charts: readonly Chart[];
}

/** In the order of the report. */
const CHARTS = [requestRateChart, responseTimeChart, timePartsChart];

/** More lines cannot be told apart, and each makes the page larger. */
const MAX_TARGETS = 10;

const rateOf = ({ requestRatePerSecond }: SummaryRow): number => requestRatePerSecond?.value ?? 0;

/** Reduces a group to the targets with the greatest request rates. */
const chartedOf = (group: RowGroup): { readonly charted: RowGroup; readonly left: number } => {
  const fastest = group.rows.toSorted((a, b) => rateOf(b) - rateOf(a));
  const ids = [...new Set(fastest.map(({ target }) => targetId(target)))];
  const shown = new Set(ids.slice(0, MAX_TARGETS));
  const rows = group.rows.filter((row) => shown.has(targetId(row.target)));
  return { charted: { ...group, rows }, left: ids.length - shown.size };
};

const looksOf = (summary: Summary): TargetLooks => {
  const targets = measuredRows(summary).map((row) => row.target);
  // Labels without “simulated”, which each chart says in its corner: they would be too long.
  return targetLooks(targets, targetLabels(targets, { served: summary.plan.served }));
};

export interface ReportCharts {
  /** The ranking; undefined if nothing is ranked. */
  readonly head: Chart | undefined;
  readonly groups: readonly GroupCharts[];
}

/** All charts of a report; a target looks the same in each. */
export const chartsOf = (summary: Summary): ReportCharts => {
  const isSimulated = summary.plan.runtime === 'simulated';
  const looks = looksOf(summary);
  const ranking = rankingOf(summary);
  const head = ranking && rankingChart(ranking, looks);
  const groups = rowGroups(measuredRows(summary)).map((group) => {
    const { charted, left } = chartedOf(group);
    const charts = CHARTS.flatMap((chartOf) => chartOf(charted, looks) ?? []).map((content) => ({
      ...content,
      name: `${content.name}-${group.id}`,
      shows: `${content.shows}, ${group.scenario} scenario`,
      isSimulated,
    }));
    return { group, left, charts };
  });
  return { head: head && { ...head, isSimulated }, groups };
};
