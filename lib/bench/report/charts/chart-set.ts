import type { Summary } from '../../analysis/summary.ts';
import { targetLabels } from '../../wording/labels.ts';
import { shownRankingOf } from '../answer.ts';
import { measuredRows } from '../../analysis/ranking.ts';
import { shownGroups, type ShownGroup } from '../row-groups.ts';
import type { Chart, ChartContent } from './draw-chart.ts';
import { cpuTimeChart } from './cpu-time-chart.ts';
import { rankingChart } from './ranking-chart.ts';
import { targetLooks } from './looks.ts';
import { overTimeChart } from './over-time-chart.ts';
import { responseTimesChart } from './response-times-chart.ts';
import { throughputChart } from './throughput-chart.ts';
import { manyChart } from './many-chart.ts';
import { tuningChart } from './tuning-chart.ts';
import { timePartsChart } from './time-parts-chart.ts';

export interface GroupCharts {
  readonly group: ShownGroup;
  readonly charts: readonly Chart[];
}

export interface ReportCharts {
  /** The ranking; undefined if nothing is ranked. */
  readonly head: Chart | undefined;
  readonly groups: readonly GroupCharts[];
  /** The finals of a search for settings. */
  readonly tuning: Chart | undefined;
  /** The memory of many models. */
  readonly many: Chart | undefined;
}

/** The charts of each group; one without figures is left out. */
const GROUP_CHARTS = [
  throughputChart,
  responseTimesChart,
  overTimeChart,
  timePartsChart,
  cpuTimeChart,
] as const;

/** All charts of a report, in its order; a target looks the same in each. */
export const chartsOf = (summary: Summary): ReportCharts => {
  const { plan } = summary;
  const { runtime } = plan;
  const rows = measuredRows(summary);
  const targets = summary.manyModels === undefined ? rows.map((row) => row.target) : plan.targets;
  // Labels without “simulated”, which each chart says in its corner: they would be too long.
  const looks = targetLooks(targets, targetLabels(targets, { ...plan, runtime: undefined }));
  const chartOf = (content: ChartContent): Chart => ({
    ...content,
    isSimulated: runtime === 'simulated',
  });
  const ranking = shownRankingOf(summary);
  const tuning = summary.tuning && tuningChart(summary.tuning, looks);
  const many = summary.manyModels && manyChart(summary.manyModels, looks);
  return {
    head: ranking && chartOf(rankingChart(ranking, looks)),
    tuning: tuning && chartOf(tuning),
    many: many && chartOf(many),
    groups: shownGroups(summary).map((group) => ({
      group,
      charts: GROUP_CHARTS.flatMap((chartIn) => chartIn(group, looks) ?? []).map((content) =>
        chartOf({ ...content, name: `${content.name}-${group.id}` }),
      ),
    })),
  };
};
