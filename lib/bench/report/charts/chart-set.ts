import type { SummaryRow } from '../../analysis/summary-row.ts';
import type { Summary } from '../../analysis/summary.ts';
import { targetId } from '../../model/measurement.ts';
import { targetLabels } from '../../wording/labels.ts';
import { shownRankingOf } from '../answer.ts';
import { measuredRows } from '../../analysis/ranking.ts';
import { rowGroups, type RowGroup } from '../row-groups.ts';
import { loadCharts } from './load-charts.ts';
import type { Chart, ChartContent } from './draw-chart.ts';
import { rankingChart } from './ranking-chart.ts';
import { targetLooks } from './target-looks.ts';
import { timePartsChart } from './time-parts-chart.ts';

export interface GroupCharts {
  readonly group: RowGroup;
  /** Number of targets that the charts leave out. */
  readonly left: number;
  readonly charts: readonly Chart[];
}

export interface ReportCharts {
  /** The ranking; undefined if nothing is ranked. */
  readonly head: Chart | undefined;
  readonly groups: readonly GroupCharts[];
}

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

/** All charts of a report, in its order; a target looks the same in each. */
export const chartsOf = (summary: Summary): ReportCharts => {
  const { runtime, served } = summary.plan;
  const rows = measuredRows(summary);
  const targets = rows.map((row) => row.target);
  // Labels without “simulated”, which each chart says in its corner: they would be too long.
  const looks = targetLooks(targets, targetLabels(targets, { served }));
  const chartOf = (content: ChartContent): Chart => ({
    ...content,
    isSimulated: runtime === 'simulated',
  });
  const ranking = shownRankingOf(summary);
  return {
    head: ranking && chartOf(rankingChart(ranking, looks)),
    groups: rowGroups(rows).map((group) => {
      const { charted, left } = chartedOf(group);
      const contents = [...loadCharts(charted, looks), timePartsChart(charted, looks) ?? []].flat();
      const charts = contents.map((content) =>
        chartOf({ ...content, name: `${content.name}-${group.id}` }),
      );
      return { group, left, charts };
    }),
  };
};
