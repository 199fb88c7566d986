import { createRequire } from 'node:module';
import type * as echarts from 'echarts';
import { MUTED } from './chart-colours.ts';
import { groupedPoints } from './grouped-points.ts';
import { themedSvg, type PointTip } from './themed-svg.ts';
import { visibleSvg } from './visible-svg.ts';

// Its one file. The modules that an import gives are hundreds, and cost each start of a run a second.
const { init } = createRequire(import.meta.filename)(
  'echarts/dist/echarts.min.js',
) as typeof echarts;

const FONT = "system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif";

export interface ChartSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Draws a chart on the server: an SVG element without a background, scripts or references to anything outside it.
 *
 * @param name letters, digits and hyphens, unique in the page; begins the ids in the drawing
 * @param tip the words of the data points, shown where one is pointed at
 */
export const renderChart = (
  name: string,
  option: echarts.EChartsOption,
  size: ChartSize,
  tip?: PointTip,
): string => {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size });
  try {
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: FONT, fontSize: 13, color: MUTED.light },
      ...option,
    });
    const svg = groupedPoints(visibleSvg(themedSvg(chart.renderToSVGString(), name, tip)));
    return svg.replace('<svg', `<svg font-family="${FONT}"`);
  } finally {
    chart.dispose();
  }
};
