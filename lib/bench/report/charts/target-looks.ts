import {
  symbol,
  symbolCircle,
  symbolDiamond,
  symbolSquare,
  symbolStar,
  symbolTriangle,
} from 'd3-shape';
import { measuredInStudy, servingNames } from '../../../../serving-configs/index.ts';
import { targetId, type Target } from '../../model/measurement.ts';
import { INK, TARGET_COLOURS, type ChartColour } from './chart-colours.ts';

/** Shapes tell targets apart besides colours; with 8 colours and 5 shapes, 40 slots differ. */
const SHAPES = [symbolCircle, symbolSquare, symbolTriangle, symbolDiamond, symbolStar] as const;

/** How a target looks in every chart of a report. */
export interface TargetLook {
  readonly label: string;
  /** Determines colour and marker; unique in a report. */
  readonly slot: number;
}

/** Looks by target id, in the order of the report. */
export type TargetLooks = ReadonlyMap<string, TargetLook>;

export const targetColour = (slot: number): ChartColour =>
  TARGET_COLOURS[slot % TARGET_COLOURS.length] ?? INK;

/** The path of a slot's marker around the origin. */
export const markerShape = (slot: number, squarePixels: number): string =>
  symbol(SHAPES[slot % SHAPES.length], squarePixels).digits(1)() ?? '';

/**
 * A look for each target. A serving has the same colour in all reports, unless another target of the report already has its slot;
 * then it gets a free one.
 */
export const targetLooks = (
  targets: readonly Target[],
  labels: ReadonlyMap<string, string>,
): TargetLooks => {
  const byId = new Map(targets.map((target) => [targetId(target), target]));
  const slots = new Map<number, string>();
  for (const [id, { serving }] of byId) {
    const index = servingNames.indexOf(serving);
    const preferred = index % TARGET_COLOURS.length;
    if (index >= 0 && !slots.has(preferred)) slots.set(preferred, id);
  }
  const slotOf = new Map([...slots].map(([slot, id]) => [id, slot]));
  // Skip the colours of the servings of the study, which readers of reports know.
  let free = measuredInStudy.length;
  const nextFree = (id: string): number => {
    while (slots.has(free)) free += 1;
    slots.set(free, id);
    return free;
  };
  return new Map(
    [...byId.keys()].map((id) => [
      id,
      { label: labels.get(id) ?? id, slot: slotOf.get(id) ?? nextFree(id) },
    ]),
  );
};
