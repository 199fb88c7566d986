import type { TimePartName } from '../../analysis/time-parts.ts';
import {
  symbolCircle,
  symbolDiamond,
  symbolSquare,
  symbolStar,
  symbolTriangle,
  type SymbolType,
} from 'd3-shape';
import { measuredInStudy, servingNames } from '../../../../serving-configs/index.ts';
import { targetId, type Target } from '../../model/measurement.ts';
import { labelOf, type Labels } from '../../wording/labels.ts';

/** A colour for a light and a dark surface. */
export interface ChartColour {
  /** The suffix of the CSS classes that switch to the dark colour. */
  readonly name: string;
  readonly light: string;
  readonly dark: string;
}

export const INK: ChartColour = { name: 'ink', light: '#24292f', dark: '#e6e8ea' };
export const MUTED: ChartColour = { name: 'muted', light: '#5b646d', dark: '#a3abb3' };
export const GRID: ChartColour = { name: 'grid', light: '#dfe3e7', dark: '#343b42' };
export const SURFACE: ChartColour = { name: 'surface', light: '#fffffe', dark: '#15191d' };

/**
 * Colours of targets, after the palette of Okabe and Ito ("Color Universal Design", 2008), which people with any of the
 * common colour deficiencies can tell apart; darkened if faint on white, lightened for dark surfaces.
 */
const TARGET_COLOURS: readonly ChartColour[] = [
  { name: 'target1', light: '#0069a8', dark: '#58b0ea' },
  { name: 'target2', light: '#c75000', dark: '#ff9257' },
  { name: 'target3', light: '#00805e', dark: '#3fcfa6' },
  { name: 'target4', light: '#b0508a', dark: '#eaa4cb' },
  { name: 'target5', light: '#a87a00', dark: '#f2c14e' },
  { name: 'target6', light: '#3d9cd6', dark: '#a3dbfb' },
  { name: 'target7', light: '#6b4e16', dark: '#cbb06c' },
  { name: 'target8', light: '#6c757d', dark: '#c3c9cf' },
];

/** Colours of the parts of a request, in hues that no target has: grey for the load generator, violet for the middleware, olive for the server. */
export const TIME_PART_COLOURS: Readonly<Record<TimePartName, ChartColour>> = {
  client: { name: 'client', light: '#c3c8cd', dark: '#6b747c' },
  queue: { name: 'queue', light: '#b897de', dark: '#a98bd0' },
  decode: { name: 'decode', light: '#9a7cc8', dark: '#8469b8' },
  encode: { name: 'encode', light: '#6b46a5', dark: '#6a45a8' },
  upstream: { name: 'upstream', light: '#94a84f', dark: '#98ac55' },
  wire: { name: 'wire', light: '#dfe6b8', dark: '#d3dca6' },
  serving_queue: { name: 'servingqueue', light: '#c3cf84', dark: '#aab670' },
  serving_compute: { name: 'servingcompute', light: '#6d8a1e', dark: '#83992f' },
  serving_rest: { name: 'servingrest', light: '#3f5110', dark: '#5c6f22' },
  parse: { name: 'parse', light: '#d5c3ee', dark: '#c8b3e6' },
};

/** CSS rules that switch a drawing to its dark colours; the light ones are attributes in it. */
export const darkChartRules = (drawing: string): string =>
  [INK, MUTED, GRID, SURFACE, ...TARGET_COLOURS, ...Object.values(TIME_PART_COLOURS)]
    .filter(({ name }) => new RegExp(`[fs]-${name}\\b`).test(drawing))
    .map(({ name, dark }) => `.f-${name}{fill:${dark}}.s-${name}{stroke:${dark}}`)
    .join('');

/** Markers tell targets apart besides colours: with 8 colours and 5 markers, 40 looks differ. */
const MARKERS = [symbolCircle, symbolSquare, symbolTriangle, symbolDiamond, symbolStar] as const;

/** How a target looks in every chart of a report. */
export interface TargetLook {
  readonly label: string;
  readonly colour: ChartColour;
  readonly marker: SymbolType;
}

/** Looks by target id, in the order of the report. */
export type TargetLooks = ReadonlyMap<string, TargetLook>;

/**
 * A look for each target. A serving has the same one in all reports, unless another target of the report already has it; then it
 * gets a free one.
 */
export const targetLooks = (targets: readonly Target[], labels: Labels): TargetLooks => {
  const byId = new Map(targets.map((target) => [targetId(target), target]));
  const slots = new Map<string, number>();
  const isFree = (slot: number): boolean => ![...slots.values()].includes(slot);
  for (const [id, { serving }] of byId) {
    const index = servingNames.indexOf(serving);
    const preferred = index % TARGET_COLOURS.length;
    if (index >= 0 && isFree(preferred)) slots.set(id, preferred);
  }
  const lookOf = (id: string, target: Target): TargetLook => {
    // Skip the looks of the servings of the study, which readers of reports know.
    let free = measuredInStudy.length;
    while (!isFree(free)) free += 1;
    const slot = slots.get(id) ?? free;
    slots.set(id, slot);
    return {
      label: labelOf(labels, target),
      colour: TARGET_COLOURS[slot % TARGET_COLOURS.length] ?? INK,
      marker: MARKERS[slot % MARKERS.length] ?? symbolCircle,
    };
  };
  return new Map([...byId].map(([id, target]) => [id, lookOf(id, target)]));
};

/** The rows of each target that has some, with its look, in the order of the report. */
export const rowsByLook = <Row extends { readonly target: Target }>(
  rows: readonly Row[],
  looks: TargetLooks,
): readonly (readonly [TargetLook, readonly Row[]])[] =>
  [...looks].flatMap(([id, look]) => {
    const ofTarget = rows.filter(({ target }) => targetId(target) === id);
    return ofTarget.length === 0 ? [] : [[look, ofTarget] as const];
  });
