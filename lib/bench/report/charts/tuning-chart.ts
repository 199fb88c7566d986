import { symbolCircle } from 'd3-shape';
import { settingsWords } from '../../../../serving-configs/settings.ts';
import type { TunedFinal, TuningSummary } from '../../analysis/tuning/tuning-types.ts';
import { targetId, wireOf } from '../../model/measurement.ts';
import { formatFigure, withInterval } from '../../wording/format-number.ts';
import { latencyAxis, zeroBasedAxis } from './axes.ts';
import { panelOf, type ChartContent, type Line, type Point } from './draw-chart.ts';
import { MUTED, type TargetLooks } from './looks.ts';

const pointOf = ({ settings, requestRatePerSecond: rate, p99Ms }: TunedFinal): readonly Point[] =>
  p99Ms === undefined
    ? []
    : [
        {
          x: p99Ms,
          y: rate.value,
          mark: settings === 'default' ? 'hollow' : undefined,
          tip: [
            settingsWords(settings),
            withInterval(`${formatFigure(rate.value)} requests/s`, rate.interval),
            `p99 ${formatFigure(p99Ms)} ms`,
          ].join('\n'),
        },
      ];

/** The points that no other beats in both, from the left. */
const paretoFront = (points: readonly Point[]): readonly Point[] => {
  let most = 0;
  return points
    .toSorted((a, b) => a.x - b.x || b.y - a.y)
    .filter(({ y }) => {
      const isBetter = y > most;
      if (isBetter) most = y;
      return isBetter;
    })
    .map((point) => ({ ...point, tip: undefined }));
};

/** The finals of a search for settings: request rate over p99. */
export const tuningChart = (
  { servers, p99Ms }: TuningSummary,
  looks: TargetLooks,
): ChartContent | undefined => {
  const lines = servers.flatMap(({ best, finals }): readonly Line[] => {
    const look = looks.get(targetId(wireOf(best)));
    const points = finals.flatMap(pointOf);
    return look === undefined || points.length === 0
      ? []
      : [{ look, name: look.label, figure: 'finals', stroke: 'none', points }];
  });
  const all = lines.flatMap(({ points }) => points);
  if (all.length === 0) return undefined;
  const front: Line = {
    look: { label: 'Pareto front', colour: MUTED, marker: symbolCircle },
    name: 'Pareto front',
    figure: 'Pareto front',
    stroke: 'thin-dotted',
    points: paretoFront(all),
  };
  return {
    name: 'tuning',
    title: `Request rate within a p99 of ${p99Ms} ms, by p99`,
    caption:
      'A point for each setting in the finals; defaults are hollow. The higher, the more requests; the further to the left, the more room below the limit. No point beats those on the front in both.',
    plot: {
      kind: 'lines',
      x: latencyAxis(
        'p99 in ms',
        all.map(({ x }) => x),
      ),
      panels: [panelOf(zeroBasedAxis, 'requests/s', [front, ...lines])],
    },
  };
};
