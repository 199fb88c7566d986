import { flatStretchAround, type FlatStretch } from '../../plan/stopping/flat.ts';
import { LEAST_REPEATS } from './withheld.ts';

/** One level of a path, with the rates of its repeats; `item` is what the caller keeps of it. */
export interface MeasuredLevel<Item> {
  readonly virtualUsers: number;
  readonly ratesPerSecond: readonly number[];
  readonly item: Item;
}

/** The levels whose repeats speak for a level. */
export interface StandIns<Item> {
  /** With enough repeats for a verdict: the level itself, or else both ends of its flat stretch and those between them. */
  readonly anchors: readonly Item[];
  /** In the same stretch with fewer repeats: they decide nothing, but may speak against it. */
  readonly witnesses: readonly Item[];
  /** Absent where the level speaks for itself. */
  readonly stretch?: FlatStretch;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const isAnchor = ({ ratesPerSecond }: MeasuredLevel<unknown>): boolean =>
  ratesPerSecond.length >= LEAST_REPEATS;

/**
 * What may speak for a level of a path: itself where it has enough repeats, else the flat stretch that it lies in, shown anew
 * by all repeats of the run and not by those that early stopping had when it left the level out.
 *
 * @param curve all levels of its path and scenario
 * @returns undefined where nothing may: no flat stretch is around it, or an end of it has too few repeats
 */
export const standInsFor = <Item>(
  own: MeasuredLevel<Item>,
  curve: readonly MeasuredLevel<Item>[],
): StandIns<Item> | undefined => {
  if (isAnchor(own)) return { anchors: [own.item], witnesses: [] };
  const measured = curve.filter(({ ratesPerSecond }) => ratesPerSecond.length > 0);
  const stretch = flatStretchAround(
    own.virtualUsers,
    measured.map(({ virtualUsers, ratesPerSecond }) => ({
      virtualUsers,
      ratePerSecond: mean(ratesPerSecond),
    })),
  );
  if (stretch === undefined) return undefined;
  const inside = measured.filter(
    ({ virtualUsers }) => virtualUsers >= stretch.fromUsers && virtualUsers <= stretch.toUsers,
  );
  const anchors = inside.filter(isAnchor);
  const hasEnds = [stretch.fromUsers, stretch.toUsers].every((end) =>
    anchors.some(({ virtualUsers }) => virtualUsers === end),
  );
  return hasEnds
    ? {
        anchors: anchors.map(({ item }) => item),
        witnesses: inside.filter((level) => !isAnchor(level)).map(({ item }) => item),
        stretch,
      }
    : undefined;
};
