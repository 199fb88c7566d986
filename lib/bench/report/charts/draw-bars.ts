import { scaleOf } from './axes.ts';
import { INK, SURFACE } from './chart-colours.ts';
import { CHART_WIDTH, drawing, drawLegend, gridLines, X_AXIS_HEIGHT, xAxis } from './frame.ts';
import type { Bar, BarPanel, Plot } from './plot.ts';
import { CHARACTER_WIDTH, element, tipElement, words } from './svg.ts';

const LEFT = 14;
const BAR_HEIGHT = 16;
/** A label lies above its bar. */
const BAR_PITCH = 41;
const TITLE_HEIGHT = 24;
/** A narrower part has no room for a number. */
const LEAST_NUMBERED = 10;

/** From the least to the greatest place. */
const whisker = (left: number, right: number, y: number): string => {
  const [from, to] = [left.toFixed(1), right.toFixed(1)];
  const d = `M${from},${y}H${to}M${from},${y - 4}v8M${to},${y - 4}v8`;
  return element('path', { d, fill: 'none', stroke: INK, 'stroke-width': 1.25 });
};

/** Beside its colour a part has its number in the legend, where it is wide enough to be read. */
const partNumber = (x: number, y: number, index: number): string =>
  element('text', { x, y, dy: '.35em' }, String(index + 1));

const NUMBERS = {
  'text-anchor': 'middle',
  fill: INK,
  stroke: SURFACE,
  'stroke-width': 2.5,
  'paint-order': 'stroke',
  'pointer-events': 'none',
} as const;

const drawBar = (
  { label, path, parts, text, interval, look }: Bar,
  x: (value: number) => number,
  top: number,
  series: string,
): string => {
  const middle = top + 19 + BAR_HEIGHT / 2;
  const numbers: string[] = [];
  let sum = 0;
  const drawn = parts.map(({ value, colour, tip, label: name }, index) => {
    if (value === 0) return '';
    const from = x(sum);
    sum += value;
    if (name !== undefined && x(sum) - from >= LEAST_NUMBERED) {
      numbers.push(partNumber((from + x(sum)) / 2, middle, index));
    }
    return element(
      'rect',
      {
        x: from,
        y: middle - BAR_HEIGHT / 2,
        width: x(sum) - from,
        height: BAR_HEIGHT,
        fill: look === 'hollow' ? SURFACE : colour,
        stroke: look === 'hollow' ? colour : SURFACE,
        opacity: look === 'faint' ? 0.4 : undefined,
        'data-s': `${series}-${index}`,
      },
      tipElement(tip),
    );
  });
  const [low, high] = interval ?? [sum, sum];
  return element(
    'g',
    { 'data-p': path },
    words(LEFT, top + 9, label),
    ...drawn,
    numbers.length === 0 ? '' : element('g', NUMBERS, ...numbers),
    interval === undefined ? '' : whisker(x(low), x(high), middle),
    words(Math.max(x(sum), x(high)) + 8, middle, text),
  );
};

const heightOf = ({ bars, title }: BarPanel): number =>
  (title === undefined ? 0 : TITLE_HEIGHT) + bars.length * BAR_PITCH + 6;

/** Draws panels of bars that lie, each with its label above it. */
export const drawBars = ({ panels }: Extract<Plot, { kind: 'bars' }>): string => {
  const bars = panels.flatMap((panel) => panel.bars);
  const parts = new Map(
    bars.flatMap((bar) =>
      bar.parts.flatMap(({ label, colour }) => (label === undefined ? [] : [[label, colour]])),
    ),
  );
  const legend = drawLegend(
    [...parts].map(([label, colour], index) => ({
      label,
      sign:
        element('rect', { x: -1, y: -7, width: 16, height: 14, fill: colour }) +
        element('g', NUMBERS, partNumber(7, 0, index)),
    })),
  );
  const longest = Math.max(...bars.map(({ text }) => text.length));
  const right = CHART_WIDTH - longest * CHARACTER_WIDTH - 14;
  let top = legend.height;
  const drawn = panels.map((panel, index) => {
    const x = scaleOf(panel.x, [LEFT, right]);
    const [first, bottom] = [
      top + (panel.title === undefined ? 0 : TITLE_HEIGHT),
      top + heightOf(panel),
    ];
    const title = words(LEFT, top + 12, panel.title ?? '', { 'font-weight': 'bold' });
    top = bottom + X_AXIS_HEIGHT;
    return [
      panel.title === undefined ? '' : title,
      gridLines(panel.x.ticks.map((tick) => `M${x(tick).toFixed(1)},${first}V${bottom}`)),
      xAxis(panel.x, x, { left: LEFT, right, top: first, bottom }),
      ...panel.bars.map((bar, at) => drawBar(bar, x, first + at * BAR_PITCH, String(index))),
    ].join('');
  });
  return drawing(top, legend.svg, ...drawn);
};
