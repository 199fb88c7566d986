import { failsCheck } from '../../analysis/checks/check.ts';
import type { SummaryRow } from '../../analysis/summary-row.ts';
import { offeredLoad, targetId } from '../../model/measurement.ts';
import { formatFigure, joined } from '../../wording/format-number.ts';
import { levelLabel } from '../../wording/labels.ts';
import type { ShownGroup } from '../row-groups.ts';
import { latencyAxis, loadAxis } from './axes.ts';
import { type ChartContent, type Line, panelOf, type Point } from './draw-chart.ts';
import { rowsByLook, type TargetLooks } from './looks.ts';

const pointOf = (row: SummaryRow): readonly Point[] => {
  const { level, servingCpuMsPerRequest: ms } = row;
  if (ms === undefined) return [];
  const tip = `${levelLabel(level)}\nCPU time ${formatFigure(ms)} ms a request`;
  return [{ x: offeredLoad(level), y: ms, mark: failsCheck(row) ? 'failing' : undefined, tip }];
};

/** The CPU time of the server per request over the load: a line for each target whose CPU time is what its requests cost. */
export const cpuTimeChart = (group: ShownGroup, looks: TargetLooks): ChartContent | undefined => {
  const { chartedRows, cpuWithheld, loop } = group;
  const byLook = rowsByLook(chartedRows, looks).map(([look, rows]) => {
    const known = rows.filter(({ target }) => !cpuWithheld.has(targetId(target)));
    return { look, points: known.flatMap(pointOf) };
  });
  const lines = byLook
    .filter((line) => line.points.length > 0)
    .map((line): Line => ({
      ...line,
      name: line.look.label,
      figure: 'CPU time per request',
      stroke: 'solid',
    }));
  const points = lines.flatMap((line) => line.points);
  if (points.length === 0) return undefined;
  const left = byLook.filter((line) => line.points.length === 0).map(({ look }) => look.label);
  const load = loop === 'closed' ? 'virtual users' : 'offered requests/s';
  return {
    name: 'cpu-time',
    title: 'CPU time of the server per request',
    caption: joined(
      ' ',
      'What an answer costs: the lower, the more answers a core can give. It says nothing of speed.',
      left.length > 0 &&
        `Left out, because their CPU time is not known, or not what requests cost: ${left.join(', ')}.`,
    ),
    plot: {
      kind: 'lines',
      x: loadAxis(
        load,
        points.map(({ x }) => x),
      ),
      panels: [panelOf(latencyAxis, 'ms', lines)],
    },
  };
};
