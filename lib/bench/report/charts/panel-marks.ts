import type { SeriesOption } from 'echarts';
import { GRID, INK } from './chart-colours.ts';
import { axesOf, type SeriesPlace } from './series-place.ts';

/** What lies behind the lines of a panel. */
export interface PanelMarks {
  /** Values that lines are held against, as the bound of an objective; without a label where another panel has it. */
  readonly bounds?: readonly { readonly y: number; readonly label?: string }[];
  /** Stretches of the x axis that are not to be read as the steady state; the stronger ones are in no figure. */
  readonly shades?: readonly {
    readonly fromX: number;
    readonly toX: number;
    readonly isStrong: boolean;
  }[];
}

/** An empty series with the marks of a panel; none where it has no marks. */
export const markSeries = (place: SeriesPlace, marks: PanelMarks): SeriesOption[] => {
  const { bounds = [], shades = [] } = marks;
  const { x, y } = place;
  if (bounds.length === 0 && shades.length === 0) return [];
  return [
    {
      type: 'line',
      silent: true,
      ...axesOf(place),
      data: [],
      markLine: {
        silent: true,
        symbol: 'none',
        lineStyle: { color: INK.light, type: [2, 3], width: 1.25 },
        data: bounds.map((bound) => ({
          yAxis: y.toAxis(bound.y),
          label:
            bound.label === undefined
              ? { show: false }
              : { formatter: bound.label, color: INK.light, position: 'insideEndTop' as const },
        })),
      },
      markArea: {
        silent: true,
        data: shades.map(({ fromX, toX, isStrong }) => [
          {
            xAxis: x.toAxis(fromX),
            itemStyle: { color: GRID.light, opacity: isStrong ? 1 : 0.5 },
          },
          { xAxis: x.toAxis(toX) },
        ]),
      },
    },
  ];
};
