import type { Summary } from '../../analysis/summary.ts';
import { pathLabels } from '../labels.ts';
import { measuredRows, rowGroups, type RowGroup } from '../row-groups.ts';
import type { Chart } from './chart.ts';
import { failedShareCharts } from './failed-share.ts';
import { pathLooks } from './path-lines.ts';
import { requestRateCharts } from './request-rate.ts';
import { responseTimeCharts } from './response-time.ts';
import { timePartsCharts } from './time-parts.ts';

export interface GroupCharts {
  readonly group: RowGroup;
  readonly charts: readonly Chart[];
}

/** All charts of a report, by scenario and kind of load. A path looks the same in all of them. */
export const chartSet = (summary: Summary): readonly GroupCharts[] => {
  const rows = measuredRows(summary);
  const looks = pathLooks(pathLabels(rows.map((row) => row.path)));
  return rowGroups(rows).map((group) => ({
    group,
    charts: [requestRateCharts, responseTimeCharts, failedShareCharts, timePartsCharts].flatMap(
      (draw) => draw(group, looks),
    ),
  }));
};
