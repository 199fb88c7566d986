import type { ManyServer, ManySummary } from '../../analysis/many/many-types.ts';
import { targetId } from '../../model/measurement.ts';
import { counted, formatFigure } from '../../wording/format-number.ts';
import { zeroBasedAxis } from './axes.ts';
import { panelOf, type ChartContent, type Line } from './draw-chart.ts';
import type { TargetLooks } from './looks.ts';

const linesOf = (
  { target, over, memory: { points, perServerMiB }, stopped }: ManyServer,
  looks: TargetLooks,
): readonly Line[] => {
  const look = looks.get(targetId(target));
  // A server that loads over two protocols has one line: its memory is the same.
  if (look === undefined || over === 'grpc') return [];
  const byModels = [...new Map(points.map((point) => [point.models, point])).values()];
  const most = Math.max(...points.map(({ models }) => models));
  const measured: Line = {
    look,
    name: look.label,
    figure: 'all models in one server',
    stroke: 'solid',
    points: byModels.map(({ models, MiB, processes }) => ({
      x: models,
      y: MiB,
      mark: stopped !== undefined && models === most ? 'failing' : undefined,
      tip: `${counted(models, 'model')}: ${formatFigure(MiB)} MiB, ${counted(processes, 'process', 'processes')}`,
    })),
  };
  if (perServerMiB === undefined) return [measured];
  const each: Line = {
    look,
    name: look.label,
    figure: 'one server per model: 3 started, the rest computed',
    stroke: 'thin-dotted',
    points: [1, most].map((models) => ({ x: models, y: models * perServerMiB, tip: undefined })),
  };
  return [measured, each];
};

/** Memory over the number of models; undefined without figures. */
export const manyChart = (
  { servers }: ManySummary,
  looks: TargetLooks,
): ChartContent | undefined => {
  const lines = servers.flatMap((server) => linesOf(server, looks));
  if (lines.length === 0) return undefined;
  const measured = lines.filter(({ stroke }) => stroke === 'solid');
  const most = Math.max(...measured.flatMap(({ points }) => points.map(({ y }) => y)));
  // Servers with one model each would make all others look alike, so their lines end at the top.
  const shown = lines.map((line) => ({
    ...line,
    points: line.points.map((point) => {
      const [first = point] = line.points;
      const slope = (point.y - first.y) / Math.max(1, point.x - first.x);
      return point.y <= 1.5 * most || slope === 0
        ? point
        : { ...point, x: first.x + (1.5 * most - first.y) / slope, y: 1.5 * most };
    }),
  }));
  return {
    name: 'many-models',
    title: 'Memory by number of models',
    caption:
      'Proportional set size (PSS) of all processes of a server. A marker that is crossed out is where a server got no further models. Dotted: a server for each model; three were started, the rest is computed.',
    plot: {
      kind: 'lines',
      x: zeroBasedAxis(
        'models',
        shown.flatMap(({ points }) => points.map(({ x }) => x)),
      ),
      panels: [panelOf(zeroBasedAxis, 'MiB', shown)],
    },
  };
};
