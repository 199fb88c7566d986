import type { Summary } from '../../analysis/summary.ts';
import { targetLabels } from '../../wording/labels.ts';
import { measuredRows, rowGroups, type RowGroup } from '../row-groups.ts';
import type { Chart } from './chart.ts';
import { chartedGroup } from './charted-targets.ts';
import { costCharts } from './cost-chart.ts';
import { failedShareCharts } from './failed-share.ts';
import { targetLooks, type TargetLooks } from './target-lines.ts';
import { requestRateCharts } from './request-rate.ts';
import { responseTimeCharts } from './response-time.ts';
import { secondBySecondCharts } from './second-by-second.ts';
import { throughputLatencyCharts } from './throughput-latency.ts';
import { timePartsCharts } from './time-parts.ts';

export interface GroupCharts {
  readonly group: RowGroup;
  /** The part of the group that the charts show. */
  readonly charted: RowGroup;
  readonly charts: readonly Chart[];
}

/** In the order of the report. */
const DRAWN = [
  requestRateCharts,
  throughputLatencyCharts,
  responseTimeCharts,
  secondBySecondCharts,
  failedShareCharts,
  timePartsCharts,
];

/** How the measured targets look in all charts of a report. */
export const looksOf = (summary: Summary): TargetLooks =>
  targetLooks(
    targetLabels(
      measuredRows(summary).map((row) => row.target),
      summary.plan,
    ),
  );

/** All charts of a report, by scenario and kind of load. A target looks the same in all of them. */
export const chartSet = (summary: Summary): readonly GroupCharts[] => {
  const looks = looksOf(summary);
  return rowGroups(measuredRows(summary)).map((group) => {
    const charted = chartedGroup(group);
    return { group, charted, charts: DRAWN.flatMap((draw) => draw(charted, looks, summary)) };
  });
};

/** The charts that are of the run as a whole, by the section that they stand in. */
export interface RunCharts {
  readonly cost: readonly Chart[];
}

export const runCharts = (summary: Summary): RunCharts => ({
  cost: costCharts(summary, looksOf(summary)),
});
