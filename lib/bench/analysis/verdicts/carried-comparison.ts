import { groupBy } from '../group-by.ts';
import { pathId } from '../../plan/cell.ts';
import { carriedPair, type AskedPair } from './carry.ts';
import { pairedCells, rateOf, type Side } from './side.ts';
import { standInsFor, type MeasuredLevel, type StandIns } from './stand-ins.ts';
import type { CarriedFrom } from './verdict.ts';
import { LEAST_REPEATS } from './withheld.ts';

/** A comparison at a load that was left out on one side or on both, and the stretches that stand for it. */
export interface CarriedComparison extends AskedPair {
  readonly carried: CarriedFrom;
}

/** Whether early stopping left a level out because it lies in a flat stretch, so that too few repeats are left for a verdict. */
export const isLeftOutAsFlat = ({ row, repeats }: Side): boolean =>
  repeats.length < LEAST_REPEATS && (row.skippedRepeats ?? []).some(({ rule }) => rule === 'flat');

const curveKey = ({ row }: Side): string => `${pathId(row.path)}/${row.engine}/${row.scenario}`;

const levelOf = (side: Side): readonly MeasuredLevel<Side>[] => {
  const { level } = side.row;
  if (level.loop !== 'closed') return [];
  const ratesPerSecond = side.repeats.map((cell) => rateOf(cell).ratePerSecond);
  return [{ virtualUsers: level.virtualUsers, ratesPerSecond, item: side }];
};

const rangeOf = ({ stretch }: StandIns<Side>): CarriedFrom['first'] =>
  stretch === undefined
    ? undefined
    : { fromUsers: stretch.fromUsers, toUsers: stretch.toUsers, levels: stretch.levels };

/**
 * Finds what may be carried to a comparison that has no verdict of its own.
 *
 * @param sides all of the run
 * @param isSound whether the figures of a side may support a verdict; a stretch with one that may not carries nothing
 */
export const createCarrier = (sides: readonly Side[], isSound: (side: Side) => boolean) => {
  const curves = groupBy(sides, curveKey);
  const known = new Map<Side, StandIns<Side> | undefined>();
  const findStandIns = (side: Side): StandIns<Side> | undefined => {
    const [own] = levelOf(side);
    if (own === undefined || !(isLeftOutAsFlat(side) || side.repeats.length >= LEAST_REPEATS))
      return undefined;
    const found = standInsFor(own, (curves.get(curveKey(side)) ?? []).flatMap(levelOf));
    return found !== undefined && [...found.anchors, ...found.witnesses].every(isSound)
      ? found
      : undefined;
  };
  const standInsOf = (side: Side): StandIns<Side> | undefined => {
    if (!known.has(side)) known.set(side, findStandIns(side));
    return known.get(side);
  };
  /** Undefined where both sides were measured, or nothing stands for one that was not. */
  return (first: Side, second: Side): CarriedComparison | undefined => {
    if (![first, second].some(isLeftOutAsFlat)) return undefined;
    const [one, other] = [standInsOf(first), standInsOf(second)];
    if (one === undefined || other === undefined) return undefined;
    const asked = carriedPair(one, other, (a, b) =>
      pairedCells(a.repeats, b.repeats).map(([x, y]) => [rateOf(x), rateOf(y)] as const),
    );
    const [ofFirst, ofSecond] = [rangeOf(one), rangeOf(other)];
    return asked === undefined
      ? undefined
      : {
          ...asked,
          carried: {
            ...(ofFirst === undefined ? {} : { first: ofFirst }),
            ...(ofSecond === undefined ? {} : { second: ofSecond }),
          },
        };
  };
};
