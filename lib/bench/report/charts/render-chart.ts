import { init, type EChartsOption } from 'echarts';
import { MUTED } from './chart-colours.ts';
import { themedSvg } from './themed-svg.ts';

const FONT = 'system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif';

export interface ChartSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Draws a chart on the server: an SVG element without a background, scripts or references to anything outside it.
 *
 * @param name letters, digits and hyphens, unique in the page; begins the ids in the drawing
 */
export const renderChart = (name: string, option: EChartsOption, size: ChartSize): string => {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size });
  try {
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: FONT.replaceAll('"', "'"), fontSize: 13, color: MUTED.light },
      ...option,
    });
    return themedSvg(chart.renderToSVGString(), name);
  } finally {
    chart.dispose();
  }
};
