import type { TimePartName } from '../../analysis/time-parts.ts';
import type { FailureKind } from './failure-classes.ts';

/** A colour by its role, for a light and a dark surface. `light` is unique: charts are drawn in it and then themed. */
export interface ChartColour {
  /** Ends up in class names. */
  readonly name: string;
  readonly light: string;
  readonly dark: string;
}

export const INK: ChartColour = { name: 'ink', light: '#24292f', dark: '#e6e8ea' };
export const MUTED: ChartColour = { name: 'muted', light: '#5b646d', dark: '#a3abb3' };
export const GRID: ChartColour = { name: 'grid', light: '#dfe3e7', dark: '#343b42' };
export const SURFACE: ChartColour = { name: 'surface', light: '#fffffe', dark: '#15191d' };

/**
 * One colour a target, after the palette of Okabe and Ito ("Color Universal Design", 2008), which people with any of the
 * common colour deficiencies can tell apart; darkened where it would be faint on white, lightened for dark surfaces.
 */
export const TARGET_COLOURS: readonly ChartColour[] = [
  { name: 'target1', light: '#0069a8', dark: '#58b0ea' },
  { name: 'target2', light: '#c75000', dark: '#ff9257' },
  { name: 'target3', light: '#00805e', dark: '#3fcfa6' },
  { name: 'target4', light: '#b0508a', dark: '#eaa4cb' },
  { name: 'target5', light: '#a87a00', dark: '#f2c14e' },
  { name: 'target6', light: '#3d9cd6', dark: '#a3dbfb' },
  { name: 'target7', light: '#6b4e16', dark: '#cbb06c' },
  { name: 'target8', light: '#6c757d', dark: '#c3c9cf' },
];

/** The colour of the target at this place of the report. */
export const targetColour = (index: number): ChartColour =>
  TARGET_COLOURS[index % TARGET_COLOURS.length] ?? INK;

const marked = (prefix: string, index: number): string =>
  `#${prefix}${index.toString(16).padStart(4, '0')}`;

/**
 * What a shape of a target is drawn in until the chart is themed. It tells which target the shape belongs to, which the chart
 * library has no attribute for, and then gives way to {@link targetColour}.
 */
export const targetInk = (index: number): string => marked('fe', index);

/** The same for texts about a target, which end up in {@link INK}. */
export const targetTextInk = (index: number): string => marked('fd', index);

const INKS: Readonly<Record<string, ((path: number) => ChartColour) | undefined>> = {
  fe: targetColour,
  fd: () => INK,
};

/** The target and the colour behind {@link targetInk} and its like; undefined for any other colour. */
export const readTargetInk = (
  hex: string,
): { readonly path: number; readonly colour: ChartColour } | undefined => {
  const [, prefix = '', digits = ''] = /^#(f[de])([0-9a-f]{4})$/.exec(hex) ?? [];
  const path = Number.parseInt(digits, 16);
  const colour = INKS[prefix]?.(path);
  return colour === undefined ? undefined : { path, colour };
};

/** Beside the colour, a shape tells targets apart; the two lists have no common divisor, so 40 pairs differ. */
export const TARGET_MARKERS = ['circle', 'rect', 'triangle', 'diamond', 'arrow'] as const;

/** The parts of a request; the serving's own are the strongest. */
export const TIME_PART_COLOURS: Readonly<Record<TimePartName, ChartColour>> = {
  client: { name: 'client', light: '#b7bdc3', dark: '#6b747c' },
  queue: { name: 'queue', light: '#8a5a83', dark: '#c394bb' },
  decode: { name: 'decode', light: '#e69f02', dark: '#f0b429' },
  encode: { name: 'encode', light: '#d55e02', dark: '#f08145' },
  // Not like the compute of servings that tell it, beside whose bars it stands.
  upstream: { name: 'upstream', light: '#4b5a8a', dark: '#93a3d8' },
  wire: { name: 'wire', light: '#7d868e', dark: '#959da5' },
  serving_queue: { name: 'servingqueue', light: '#cc79a6', dark: '#e8a6c8' },
  serving_compute: { name: 'servingcompute', light: '#0072b3', dark: '#3d9fe2' },
  serving_rest: { name: 'servingrest', light: '#019e73', dark: '#35c79b' },
  parse: { name: 'parse', light: '#57b4e8', dark: '#9bd6f7' },
};

/** Kinds of failures, in colours that stay apart for those who see few of them. */
export const FAILURE_COLOURS: Readonly<Record<FailureKind, ChartColour>> = {
  timeout: { name: 'timeout', light: '#0071b2', dark: '#3d9fe1' },
  connect: { name: 'connect', light: '#57b3e8', dark: '#9bd5f7' },
  reset: { name: 'reset', light: '#b6bdc3', dark: '#6c747c' },
  'client error': { name: 'clienterror', light: '#e69f01', dark: '#f0b42a' },
  'server error': { name: 'servererror', light: '#d55e01', dark: '#f08146' },
  'wrong answer': { name: 'wronganswer', light: '#8a5a84', dark: '#c394bc' },
};

export const CHART_COLOURS: readonly ChartColour[] = [
  INK,
  MUTED,
  GRID,
  SURFACE,
  ...TARGET_COLOURS,
  ...Object.values(TIME_PART_COLOURS),
  ...Object.values(FAILURE_COLOURS),
];

/** Rules that turn a themed chart dark; the light colours are in the drawing itself. */
export const darkChartRules = (): string =>
  CHART_COLOURS.flatMap(({ name, dark }) => [
    `.f-${name}{fill:${dark}}`,
    `.s-${name}{stroke:${dark}}`,
  ]).join('');
