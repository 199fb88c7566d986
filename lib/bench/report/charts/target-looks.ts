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

/** Beside the colour, a shape tells targets apart; there are 8 colours and 5 shapes, so 40 slots differ. */
const SHAPES = [symbolCircle, symbolSquare, symbolTriangle, symbolDiamond, symbolStar] as const;

/** How a target looks in every chart of a report. */
export interface TargetLook {
  readonly label: string;
  /** Chooses colour and marker; no two targets of a report share one. */
  readonly slot: number;
}

/** Looks by target id, in the order of the report. */
export type TargetLooks = ReadonlyMap<string, TargetLook>;

export const targetColour = (slot: number): ChartColour =>
  TARGET_COLOURS[slot % TARGET_COLOURS.length] ?? INK;

/** The marker of a slot around 0, as large as its area in square pixels. */
export const markerShape = (slot: number, size: number): string =>
  symbol(SHAPES[slot % SHAPES.length], size).digits(1)() ?? '';

/**
 * A look for each target. A serving has the same colour in all reports, unless the report has another serving of that colour or
 * other targets of the same serving: those get what is free.
 */
export const targetLooks = (
  targets: readonly Target[],
  labels: ReadonlyMap<string, string>,
): TargetLooks => {
  const byId = new Map(targets.map((target) => [targetId(target), target]));
  const slots = new Map<number, string>();
  for (const [id, { serving }] of byId) {
    const place = servingNames.indexOf(serving);
    const own = place % TARGET_COLOURS.length;
    if (place >= 0 && !slots.has(own)) slots.set(own, id);
  }
  const own = new Map([...slots].map(([slot, id]) => [id, slot]));
  // Not a colour by which readers of reports know a serving of the study.
  let free = measuredInStudy.length;
  const nextFree = (id: string): number => {
    while (slots.has(free)) free += 1;
    slots.set(free, id);
    return free;
  };
  return new Map(
    [...byId.keys()].map((id) => [
      id,
      { label: labels.get(id) ?? id, slot: own.get(id) ?? nextFree(id) },
    ]),
  );
};
