import { levelId, pathId } from '../plan/cell.ts';
import type { Ceiling, SummaryRow } from './summary.ts';

/** A path above this share of its ceiling may show the apparatus rather than the serving. */
export const NEAR_CEILING_SHARE = 0.7;

/**
 * The request rate that the apparatus carries on the path of a row, from the rows of the null engine: at the same level
 * and in the same scenario where there is one, else at the same level, else the greatest of all levels, whichever the
 * loop: what a closed loop carries at its fullest is also what an open one could. Undefined where the null engine was not
 * measured on the path.
 */
const ceilingRateOf = (row: SummaryRow, rows: readonly SummaryRow[]): number | undefined => {
  const ofPath = rows.filter(
    (other) =>
      other.engine === 'null' &&
      pathId(other.path) === pathId(row.path) &&
      other.requestRatePerSecond !== undefined,
  );
  const sameLevel = ofPath.filter((other) => levelId(other.level) === levelId(row.level));
  const best = sameLevel.find((other) => other.scenario === row.scenario) ?? sameLevel[0];
  if (best !== undefined) return best.requestRatePerSecond?.value;
  const rates = ofPath.map((other) => other.requestRatePerSecond?.value ?? 0);
  return rates.length === 0 ? undefined : Math.max(...rates);
};

/** Share of the ceiling, and whether it is too near to it. Undefined where either rate is missing or the ceiling is 0. */
export const ceilingOf = (row: SummaryRow, rows: readonly SummaryRow[]): Ceiling | undefined => {
  const rate = row.requestRatePerSecond?.value;
  if (row.engine === 'null' || rate === undefined) return undefined;
  const ceilingRate = ceilingRateOf(row, rows);
  if (ceilingRate === undefined || ceilingRate === 0) return undefined;
  const share = rate / ceilingRate;
  return { requestRatePerSecond: ceilingRate, share, near: share > NEAR_CEILING_SHARE };
};
