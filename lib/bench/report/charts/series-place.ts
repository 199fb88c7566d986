import type { AxisScale } from './axis-scale.ts';

/** Where lines are drawn: the scales of a panel and the number of its axes. */
export interface SeriesPlace {
  readonly x: AxisScale;
  readonly y: AxisScale;
  readonly axis: number;
}

/** The axes of a place, as the chart library takes them. */
export const axesOf = ({ axis }: SeriesPlace) => ({ xAxisIndex: axis, yAxisIndex: axis });

/** Where a value lies up the axis: at its foot where it is below, as an interval down to 0 on a logarithmic one. */
export const onAxis = ({ y }: SeriesPlace, value: number): number =>
  Math.max(y.toAxis(value), y.min ?? -Infinity);
