import type { SeriesOption } from 'echarts';
import { GRID, INK } from './chart-colours.ts';
import { axesOf, type SeriesPlace } from './series-place.ts';

/** What lies behind the lines of a panel. */
export interface PanelMarks {
  /** Values that lines are held against, as the bound of an objective. */
  readonly bounds?: readonly { readonly y: number; readonly label: string }[];
  /** Stretches of the x axis that are not to be read as the steady state; the stronger ones are in no figure. */
  readonly shades?: readonly {
    readonly fromX: number;
    readonly toX: number;
    readonly isStrong: boolean;
  }[];
}

/** From this share of the axis on, a label above its line would stand in the title of a small panel. */
const NEAR_TOP = 0.85;

/** @param values those of the lines: a bound above all of them lies at the top of an axis whose end the library chooses */
const labelPosition = (
  { toAxis, min, max }: SeriesPlace['y'],
  bound: number,
  values: readonly number[],
) => {
  const isNearTop =
    min !== undefined && max !== undefined
      ? (toAxis(bound) - min) / (max - min) > NEAR_TOP
      : values.every((value) => value <= bound);
  return isNearTop ? ('insideEndBottom' as const) : ('insideEndTop' as const);
};

/**
 * An empty series with the marks of a panel; none where it has no marks.
 *
 * @param values those of the panel's lines
 */
export const markSeries = (
  place: SeriesPlace,
  marks: PanelMarks,
  values: readonly number[],
): SeriesOption[] => {
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
          label: {
            formatter: bound.label,
            color: INK.light,
            position: labelPosition(y, bound.y, values),
          },
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
