import { scaleOf } from './axes.ts';
import { INK, SURFACE } from './chart-colours.ts';
import { drawLegend, gridLines, X_AXIS_HEIGHT, xAxis } from './frame.ts';
import type { Bar, BarPlot, Drawing } from './plot.ts';
import { CHARACTER_WIDTH, CHART_WIDTH, element, tipElement, words } from './svg.ts';

const LEFT = 14;
const BAR_HEIGHT = 16;
/** From one bar to the next, with room for the label above the bar. */
const BAR_PITCH = 41;
/** Narrower parts have no room for a number. */
const MIN_NUMBERED = 10;

/** Maps a value to pixels. */
interface Scale {
  (value: number): number;
  /** The greatest value of the axis. */
  readonly end: number;
}

/** The number that a part has in the legend, since colour alone is not enough. */
const partNumber = (x: number, y: number, number: number): string =>
  element('text', { x, y, dy: '.35em' }, String(number));

const NUMBERS = {
  'text-anchor': 'middle',
  fill: INK,
  stroke: SURFACE,
  'stroke-width': 3.5,
  'paint-order': 'stroke',
  'pointer-events': 'none',
} as const;

/** An interval with a stop at each end, or an arrow if it reaches beyond the axis. */
const drawWhisker = ([low, high]: readonly [number, number], x: Scale, middle: number): string => {
  const [left, right] = [x(low).toFixed(1), x(high).toFixed(1)];
  const end = high > x.end ? `M${right},${middle}l-6,-5m6,5l-6,5` : `M${right},${middle - 5}v10`;
  const d = `M${left},${middle - 5}v10M${left},${middle}H${right}${end}`;
  return element('path', { d, stroke: INK, 'stroke-width': 1.5, fill: 'none' });
};

const drawBar = ({ label, parts, text, interval }: Bar, x: Scale, top: number): string => {
  const middle = top + 19 + BAR_HEIGHT / 2;
  const numbers: string[] = [];
  let sum = 0;
  const drawn = parts.map(({ value, colour, tip, number = 0 }, index) => {
    if (value === 0) return '';
    const left = x(sum);
    sum += value;
    const width = x(sum) - left;
    if (parts.length > 1 && width >= MIN_NUMBERED)
      numbers.push(partNumber(left + width / 2, middle, number));
    const box = { x: left, y: middle - BAR_HEIGHT / 2, width, height: BAR_HEIGHT };
    return element(
      'rect',
      { ...box, fill: colour, stroke: SURFACE, 'data-s': index },
      tipElement(tip),
    );
  });
  return [
    words(LEFT, top + 9, label),
    ...drawn,
    numbers.length === 0 ? '' : element('g', NUMBERS, ...numbers),
    interval === undefined ? '' : drawWhisker(interval, x, middle),
    words(x(Math.max(sum, interval?.[1] ?? 0)) + 8, middle, text),
  ].join('');
};

/** Draws horizontal bars, each with its label above it. */
export const drawBars = ({ x: axis, bars }: BarPlot): Drawing => {
  const parts = new Map(
    bars.flatMap((bar) =>
      bar.parts.length === 1 ? [] : bar.parts.map((part) => [part.label, part]),
    ),
  );
  const legend = drawLegend(
    [...parts].map(([label, { colour, number = 0 }]) => ({
      label,
      sign:
        element('rect', { x: -7, y: -8, width: 24, height: 16, fill: colour }) +
        element('g', NUMBERS, partNumber(5, 0, number)),
    })),
  );
  const longest = Math.max(...bars.map(({ text }) => text.length));
  const right = CHART_WIDTH - longest * CHARACTER_WIDTH - 14;
  const x = Object.assign(scaleOf(axis, [LEFT, right]), { end: axis.domain[1] });
  const top = legend.height;
  const bottom = top + bars.length * BAR_PITCH + 6;
  const svg = [
    legend.svg,
    gridLines(axis.ticks.map((tick) => `M${x(tick).toFixed(1)},${top}V${bottom}`)),
    xAxis(axis, x, [LEFT, right], bottom),
    ...bars.map((bar, at) => drawBar(bar, x, top + at * BAR_PITCH)),
  ].join('');
  return { svg, height: bottom + X_AXIS_HEIGHT };
};
