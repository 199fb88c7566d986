import type { CustomSeriesOption, CustomSeriesRenderItemReturn } from 'echarts';
import { axesOf, onAxis, type SeriesPlace } from './series-place.ts';

/** Where a point of values lies in the drawing, in pixels. */
export type PlaceOf = (point: { readonly x: number; readonly y: number }) => number[];

/** A series of one shape that is drawn from values, and says nothing where it is pointed at. */
export const shapeSeries = (
  place: SeriesPlace,
  shapeOf: (placeOf: PlaceOf) => CustomSeriesRenderItemReturn,
): CustomSeriesOption => ({
  type: 'custom',
  ...axesOf(place),
  silent: true,
  clip: true,
  // One item, as the shape is one.
  data: [[0]],
  renderItem: (_, api) => shapeOf(({ x, y }) => api.coord([place.x.toAxis(x), onAxis(place, y)])),
});
