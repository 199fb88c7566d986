import type { Axis } from './axes.ts';
import { GRID, MUTED } from './chart-colours.ts';
import type { Drawing } from './plot.ts';
import { CHARACTER_WIDTH, CHART_WIDTH, element, moveTo, words } from './svg.ts';

export const X_AXIS_HEIGHT = 44;

/** An x axis with its figures and its title; leaves out figures that would touch the one before. */
export const xAxis = (
  { ticks, title }: Axis,
  x: (value: number) => number,
  [left, right]: readonly [left: number, right: number],
  bottom: number,
): string => {
  let free = -Infinity;
  const figures = ticks.map((tick) => {
    const half = (String(tick).length * CHARACTER_WIDTH) / 2;
    if (x(tick) - half < free) return '';
    free = x(tick) + half + 4;
    return words(x(tick), bottom + 13, String(tick), { fill: MUTED, 'text-anchor': 'middle' });
  });
  const marks = ticks.map((tick) => `M${x(tick).toFixed(1)},${bottom}v4`);
  return [
    element('path', { d: `M${left},${bottom}H${right}${marks.join('')}`, stroke: MUTED }),
    ...figures,
    words((left + right) / 2, bottom + 33, title, { 'text-anchor': 'middle' }),
  ].join('');
};

/** Faint grid lines. */
export const gridLines = (commands: readonly string[]): string =>
  element('path', { d: commands.join(''), stroke: GRID });

export interface LegendEntry {
  readonly label: string;
  /** SVG around the origin, 30 pixels wide. */
  readonly sign: string;
}

const LEGEND_LEFT = 14;
const LEGEND_ROW = 21;
const SIGN_WIDTH = 38;
const BETWEEN = 12;

/** Signs with their labels, in as many equal columns as fit. */
export const drawLegend = (entries: readonly LegendEntry[]): Drawing => {
  if (entries.length === 0) return { svg: '', height: 0 };
  const longest = Math.max(...entries.map(({ label }) => label.length));
  const columnWidth = SIGN_WIDTH + longest * CHARACTER_WIDTH + BETWEEN;
  const columns = Math.max(1, Math.floor((CHART_WIDTH - LEGEND_LEFT) / columnWidth));
  const drawn = entries.map(({ label, sign }, index) => {
    const left = LEGEND_LEFT + (index % columns) * columnWidth;
    const transform = moveTo(left + 15, 12 + Math.floor(index / columns) * LEGEND_ROW);
    return element('g', { transform }, sign, words(SIGN_WIDTH - 15, 0, label));
  });
  return { svg: drawn.join(''), height: Math.ceil(entries.length / columns) * LEGEND_ROW + 6 };
};
