import type { Cell, Path, Scenario } from '../plan/cell.ts';
import { pathId } from '../plan/cell.ts';
import { gatesSupport } from './gates/gates-support.ts';
import { groupBy } from './group-by.ts';
import { peakIntervalOf } from './peak-interval.ts';
import { scalingKnee, type Knee, type MeasuredLevel } from './scaling-knee.ts';
import type { Interval } from './statistics/interval.ts';
import { fitUsl, type LoadPoint, type UslFit } from './statistics/usl.ts';
import type { Side } from './verdicts/side.ts';

/** How the request rate of one path grows with the virtual users of a closed loop. */
export interface Scaling extends Knee {
  readonly path: Path;
  readonly engine: Cell['engine'];
  readonly scenario: Scenario;
  /** Levels with a rate above 0 that fail no gate, which both figures rest on. */
  readonly levels: number;
  /** Absent where the law says nothing of these levels; `noFit` says why. */
  readonly fit?: UslFit;
  /** What the peak of the fit lies between at 95 %; absent where the repeats do not tell. */
  readonly peakInterval?: Interval;
  /** Why there is no fit, as a sentence. */
  readonly noFit?: string;
}

/** Three parameters go through three points whatever they are, and nearly so through four. */
const LEAST_LEVELS = 5;
/** A law that explains less than half of the scatter explains nothing to build on. */
const LEAST_R_SQUARED = 0.5;
/** Where the greatest rate is hardly above the least, all levels are past the knee, and how the rate rose is not known. */
const LEAST_RISE = 1.1;

const noFitOf = (points: readonly LoadPoint[]): string | undefined => {
  const rates = points.map(({ ratePerSecond }) => ratePerSecond);
  if (points.length < LEAST_LEVELS) {
    return `A fit needs ${LEAST_LEVELS} levels with answers; there ${points.length === 1 ? 'is' : 'are'} ${points.length}.`;
  }
  return Math.max(...rates) / Math.min(...rates) < LEAST_RISE
    ? 'The rate is the same at all levels: add lower ones, where it still grows.'
    : undefined;
};

const fitOf = (
  levels: readonly MeasuredLevel[],
): Pick<Scaling, 'fit' | 'noFit' | 'peakInterval'> => {
  const noFit = noFitOf(levels);
  if (noFit !== undefined) return { noFit };
  const fit = fitUsl(levels);
  if (fit === undefined || fit.adjustedRSquared < LEAST_R_SQUARED) {
    return { noFit: 'The Universal Scalability Law does not describe how these rates change.' };
  }
  const peakInterval = peakIntervalOf(fit, levels);
  return { fit, ...(peakInterval === undefined ? {} : { peakInterval }) };
};

const levelsOf = (sides: readonly Side[]): readonly MeasuredLevel[] =>
  sides
    .filter(({ row }) => gatesSupport(row))
    .flatMap(({ row: { level, requestRatePerSecond: rate }, repeats }): MeasuredLevel[] =>
      level.loop === 'open' || rate === undefined || rate.value <= 0
        ? []
        : [{ virtualUsers: level.virtualUsers, ratePerSecond: rate.value, repeats }],
    )
    .toSorted((a, b) => a.virtualUsers - b.virtualUsers);

/** Knee and scaling law of each path and scenario with two closed-loop levels or more, in the order of the rows. */
export const scalingOf = (sides: readonly Side[]): readonly Scaling[] =>
  [
    ...groupBy(
      sides,
      ({ row: { path, engine, scenario } }) => `${pathId(path)}/${engine}/${scenario}`,
    ).values(),
  ].flatMap((group): Scaling[] => {
    const [first] = group;
    const levels = levelsOf(group);
    if (first === undefined || levels.length < 2) return [];
    const { path, engine, scenario } = first.row;
    return [
      { path, engine, scenario, levels: levels.length, ...scalingKnee(levels), ...fitOf(levels) },
    ];
  });
