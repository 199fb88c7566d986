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
import { INK, TARGET_COLOURS, type ChartColour } from './chart-colours.ts';

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
