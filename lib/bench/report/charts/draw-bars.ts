import type { Interval } from '../../stats/interval.ts';
import type { Axis } from './axes.ts';
import { INK, SURFACE, type ChartColour } from './chart-colours.ts';
import {
  CHARACTER_WIDTH,
  CHART_WIDTH,
  drawGroupedLegend,
  element,
  gridLines,
  tipElement,
  words,
  X_AXIS_HEIGHT,
  xAxis,
  type Drawing,
} from './svg.ts';

/** A bar of one part, or of several that are stacked. */
export interface Bar {
  readonly label: string;
  /** Drawn as a whisker around the end of the bar. */
  readonly interval?: Interval | undefined;
  readonly parts: readonly {
    readonly value: number;
    readonly colour: ChartColour;
    /** In the legend. */
    readonly label: string;
    /** Identifies the part as its colour does; not shown if there is only one part. */
    readonly number?: number;
    /** Parts of the same group stand together in the legend, beside its name. */
    readonly group?: string;
    readonly tip: string;
  }[];
  /** Written after the end of the bar. */
  readonly text: string;
}

export interface BarPlot {
  readonly kind: 'bars';
  readonly x: Axis;
  readonly bars: readonly Bar[];
}

const LEFT = 14;
const BAR_HEIGHT = 16;
/** From one bar to the next, with room for the label above the bar. */
const BAR_PITCH = 41;
/** Narrower parts have no room for a number. */
const MIN_NUMBERED = 10;

const HALO = { stroke: SURFACE, 'stroke-width': 3.5, 'paint-order': 'stroke' } as const;

/** The number that a part has in the legend, since colour alone is not enough. */
const partNumber = (x: number, y: number, number: number): string =>
  words(x, y, String(number), { ...HALO, 'text-anchor': 'middle', 'pointer-events': 'none' });

/** An interval with a stop at each end, or an arrow if it reaches beyond the axis. */
const drawWhisker = ({ low, high }: Interval, x: Axis['scale'], middle: number): string => {
  const [left, right] = [x(low).toFixed(1), x(high).toFixed(1)];
  const isCut = high > (x.domain()[1] ?? high);
  const end = isCut ? `M${right},${middle}l-6,-5m6,5l-6,5` : `M${right},${middle - 5}v10`;
  const d = `M${left},${middle - 5}v10M${left},${middle}H${right}${end}`;
  return element('path', { d, stroke: INK, 'stroke-width': 1.5, fill: 'none' });
};

const drawBar = ({ label, parts, text, interval }: Bar, x: Axis['scale'], top: number): string => {
  const y = top + 19;
  const middle = y + BAR_HEIGHT / 2;
  let end = 0;
  const placed = parts.map((part) => {
    const left = x(end);
    end += part.value;
    return { ...part, left, width: x(end) - left };
  });
  return [
    words(LEFT, top + 9, label),
    ...placed.map(({ left, width, colour, tip }) => {
      const look = { fill: colour, stroke: SURFACE };
      const box = { x: left, y, width, height: BAR_HEIGHT };
      return width === 0 ? '' : element('rect', { ...box, ...look }, tipElement(tip));
    }),
    ...placed.map(({ left, width, number }) =>
      number === undefined || width < MIN_NUMBERED
        ? ''
        : partNumber(left + width / 2, middle, number),
    ),
    interval === undefined ? '' : drawWhisker(interval, x, middle),
    words(x(Math.max(end, interval?.high ?? 0)) + 8, middle, text),
  ].join('');
};

/** Draws horizontal bars, each with its label above it. */
export const drawBars = ({ x: axis, bars }: BarPlot): Drawing => {
  // All bars have the same parts.
  const legend = drawGroupedLegend(
    (bars[0]?.parts ?? []).flatMap(({ number, group = '', label, colour }) => {
      if (number === undefined) return [];
      const bar = element('rect', { x: -7, y: -8, width: 24, height: 16, fill: colour });
      return [{ group, label, sign: bar + partNumber(5, 0, number) }];
    }),
  );
  const longest = Math.max(...bars.map(({ text }) => text.length));
  const right = CHART_WIDTH - longest * CHARACTER_WIDTH - 14;
  const x = axis.scale.copy().range([LEFT, right]);
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
