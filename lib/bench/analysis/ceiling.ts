import { levelId, pathId } from '../model/cell.ts';
import type { CompletedCell } from '../model/record.ts';
import { groupBy } from './group-by.ts';
import { pooledRate } from './over-repeats.ts';
import type { Ceiling } from './summary-row.ts';

/** A path above this share of its ceiling may show the apparatus rather than the serving. */
export const NEAR_CEILING_SHARE = 0.7;

/** In requests a second. NaN for none. */
const rateOf = (cells: readonly CompletedCell[]): number =>
  pooledRate(cells.map(({ load }) => load));

/**
 * The cells of the null engine that a row is held against: at the same level and in the same scenario where there are any,
 * else at the same level, else at the level with the greatest rate, whichever the loop: what a closed loop carries at its
 * fullest is also what an open one could. An open loop at the same level would give what it offers, so that there it is the
 * greatest rate always.
 */
const ceilingCellsOf = (
  { level, scenario }: CompletedCell['cell'],
  ofPath: readonly CompletedCell[],
): readonly CompletedCell[] => {
  const sameLevel =
    level.loop === 'open'
      ? []
      : ofPath.filter(({ cell }) => levelId(cell.level) === levelId(level));
  const sameScenario = sameLevel.filter(({ cell }) => cell.scenario === scenario);
  if (sameScenario.length > 0) return sameScenario;
  if (sameLevel.length > 0) return sameLevel;
  const [first = [], ...rest] = groupBy(ofPath, ({ cell }) => levelId(cell.level)).values();
  return rest.reduce((best, one) => (rateOf(one) > rateOf(best) ? one : best), first);
};

/** An open loop that got about what it offered shows only that the ceiling lies somewhere above. */
const CARRIED_SHARE = 0.95;

const isLeast = (cells: readonly CompletedCell[], requestRatePerSecond: number): boolean => {
  const level = cells[0]?.cell.level;
  return level?.loop === 'open' && requestRatePerSecond >= CARRIED_SHARE * level.ratePerSecond;
};

/** The completed cells of the null engine, by path. */
export const ceilingCellsByPath = (
  completed: Iterable<CompletedCell>,
): ReadonlyMap<string, readonly CompletedCell[]> =>
  groupBy(
    [...completed].filter(({ cell }) => cell.engine === 'null'),
    ({ cell }) => pathId(cell.path),
  );

/**
 * The ceiling of a row: the rate of the null engine over all its repeats, and the row's own rate as a share of it. Each repeat
 * is held against the ceiling of that repeat, so that both saw the same machine, or, where it has none, against that of all;
 * the worst of them tells whether the row came too near. Undefined where either is missing or the ceiling is 0, and where the
 * row is near to what is only the least that the ceiling can be.
 *
 * @param cells the measured cells of the row
 * @param ceilings the completed cells of the null engine, by path
 */
export const ceilingOf = (
  cells: readonly CompletedCell[],
  ceilings: ReadonlyMap<string, readonly CompletedCell[]>,
): Ceiling | undefined => {
  const [first] = cells;
  if (first === undefined || first.cell.engine === 'null') return undefined;
  const against = ceilingCellsOf(first.cell, ceilings.get(pathId(first.cell.path)) ?? []);
  const requestRatePerSecond = rateOf(against);
  const share = rateOf(cells) / requestRatePerSecond;
  if (!Number.isFinite(share)) return undefined;
  const shares = cells.map(({ cell: { repeat }, load }) => {
    const paired = rateOf(against.filter(({ cell }) => cell.repeat === repeat));
    // NaN where the repeat has none; one that carried nothing is no ceiling.
    const carried = paired > 0 ? paired : requestRatePerSecond;
    return {
      isPaired: paired > 0,
      repeat,
      share: load.requestRatePerSecond / carried,
      requestRatePerSecond: carried,
    };
  });
  const [most] = shares.toSorted((one, other) => other.share - one.share);
  if (most === undefined) return undefined;
  const { isPaired: _, ...worst } = most;
  const near = worst.share > NEAR_CEILING_SHARE;
  const repeats = shares.filter(({ isPaired }) => isPaired).length;
  return near && isLeast(against, requestRatePerSecond)
    ? undefined
    : { requestRatePerSecond, share, near, repeats, worst };
};
