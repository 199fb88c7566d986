import { gatesSupport } from '../../analysis/gates/gates-support.ts';
import type { Summary } from '../../analysis/summary.ts';
import { pathId } from '../../plan/cell.ts';
import { offeredLoad } from '../../wording/labels.ts';
import type { RowGroup } from '../row-groups.ts';
import { latencyScale, levelScale } from './axis-scale.ts';
import type { Chart } from './chart.ts';
import type { ChartLine } from './chart-line.ts';
import { drawLineChart, type ChartPanel } from './line-chart.ts';
import { levelAxisTitle, levelsOf, levelTitle, tipOf, valuesOf } from './path-lines.ts';
import type { PathLook, PathLooks } from './path-lines.ts';
import { paragraph } from './sentences.ts';
import { boundsBeside, sloBounds } from './slo-bounds.ts';

/** More panels than these nobody compares. */
const MOST_PANELS = 8;

const QUEUEING = { label: 'N ÷ X: queueing alone', stroke: 'dashed' } as const;

const medianLine = (group: RowGroup, id: string, look: PathLook): ChartLine => ({
  ...look,
  stroke: 'solid',
  points: group.rows.flatMap((row) => {
    const { p50Ms, p95Ms, p99Ms } = row;
    if (pathId(row.path) !== id || p50Ms === undefined) return [];
    const hasP95 = p95Ms !== undefined && row.percentileSupport?.p95 !== false;
    const hasTail = p99Ms !== undefined && row.percentileSupport?.p99 !== false;
    return [
      {
        x: offeredLoad(row.level),
        y: p50Ms.value,
        fails: !gatesSupport(row),
        tip: tipOf(look.label, row, [
          { what: 'median', unit: 'ms', value: p50Ms.value },
          ...(hasP95 ? [{ what: 'p95', unit: 'ms', value: p95Ms.value }] : []),
          ...(hasTail ? [{ what: 'p99', unit: 'ms', value: p99Ms.value }] : []),
        ]),
        ...(p95Ms === undefined || !hasTail ? {} : { low: p95Ms.value, high: p99Ms.value }),
      },
    ];
  }),
});

/** With N clients in a closed loop that never think, Little's law gives the mean response time as N ÷ X. */
const queueingLine = (group: RowGroup, id: string): ChartLine => ({
  ...QUEUEING,
  marker: 'circle',
  points: group.rows.flatMap(({ path, level, requestRatePerSecond: rate }) =>
    pathId(path) !== id || level.loop !== 'closed' || rate === undefined || rate.value === 0
      ? []
      : [{ x: level.virtualUsers, y: (level.virtualUsers / rate.value) * 1000 }],
  ),
});

/** The response time of each path in a panel of its own: the median, the tail, and what queueing alone would give. */
export const tailPanelCharts = (
  group: RowGroup,
  looks: PathLooks,
  summary: Summary,
): readonly Chart[] => {
  const panels = [...looks].flatMap(([id, look]) => {
    const median = medianLine(group, id, look);
    const lines = [queueingLine(group, id), median].filter(({ points }) => points.length > 0);
    return median.points.length === 0 ? [] : [{ title: look.label, lines }];
  });
  const shown = panels.slice(0, MOST_PANELS);
  if (shown.length === 0) return [];
  const x = levelScale(levelsOf(group));
  const values = valuesOf(shown.flatMap(({ lines }) => lines));
  const bounds = boundsBeside(sloBounds(summary), values);
  const y = latencyScale([...values, ...bounds.map(({ ms }) => ms)]);
  const name = `response-tail-${group.id}`;
  const isClosed = group.loop === 'closed';
  const caption = [
    'Solid: median. Band: from the 95th to the 99th percentile, where the answers support it.',
    isClosed
      ? 'Dashed: N ÷ X, the mean that Little’s law gives to N clients at rate X; a median along it only waits in the queue.'
      : '',
    ...bounds.map(({ sentence }) => sentence),
    panels.length > shown.length
      ? `The first ${shown.length} of ${panels.length} paths; all are in the table.`
      : '',
  ];
  return [
    {
      name,
      title: 'Tail and queueing, path by path',
      description: `Small line charts, one a path, of the median response time and of the band from the 95th to the 99th percentile in milliseconds against ${levelTitle(group)}, ${group.scenario} scenario: ${shown.map(({ title }) => title).join('; ')}.`,
      caption: paragraph(caption),
      svg: drawLineChart({
        name,
        xTitle: levelAxisTitle(group),
        yTitle: y.kind === 'log' ? 'ms (log)' : 'ms',
        panels: shown.map((panel, index): ChartPanel => ({
          ...panel,
          x,
          y,
          bounds: bounds.map(({ ms, label }) => ({ y: ms, ...(index === 0 ? { label } : {}) })),
        })),
        keys: isClosed ? [QUEUEING] : [],
      }),
    },
  ];
};
