import type { Cell, Path, Scenario } from '../plan/cell.ts';
import { pathId } from '../plan/cell.ts';
import { gatesSupport } from './gates/gates-support.ts';
import { groupBy } from './group-by.ts';
import { kneeOf } from './statistics/knee.ts';
import { fitUsl, type LoadPoint, type UslFit } from './statistics/usl.ts';
import type { SummaryRow } from './summary.ts';

/** How the request rate of one path grows with the virtual users of a closed loop. */
export interface Scaling {
  readonly path: Path;
  readonly engine: Cell['engine'];
  readonly scenario: Scenario;
  /** Levels with a rate above 0 that fail no gate, which both figures rest on. */
  readonly levels: number;
  /** Virtual users from which more of them bring hardly more. Absent where the rate still grew at the highest level. */
  readonly kneeUsers?: number;
  /** Absent where the law says nothing of these levels; `noFit` says why. */
  readonly fit?: UslFit;
  /** Why there is no fit, as a sentence. */
  readonly noFit?: string;
}

/** Three parameters need at least one level more, or the fit goes through all points whatever they are. */
const LEAST_LEVELS = 4;
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

const fitOf = (points: readonly LoadPoint[]): Pick<Scaling, 'fit' | 'noFit'> => {
  const noFit = noFitOf(points);
  if (noFit !== undefined) return { noFit };
  const fit = fitUsl(points);
  return fit === undefined || fit.rSquared < LEAST_R_SQUARED
    ? { noFit: 'The Universal Scalability Law does not describe how these rates change.' }
    : { fit };
};

const pointsOf = (rows: readonly SummaryRow[]): readonly LoadPoint[] =>
  rows
    .filter(gatesSupport)
    .flatMap(({ level, requestRatePerSecond }): LoadPoint[] =>
      level.loop === 'open' || requestRatePerSecond === undefined || requestRatePerSecond.value <= 0
        ? []
        : [{ virtualUsers: level.virtualUsers, ratePerSecond: requestRatePerSecond.value }],
    )
    .toSorted((a, b) => a.virtualUsers - b.virtualUsers);

/** Knee and scaling law of each path and scenario with two closed-loop levels or more, in the order of the rows. */
export const scalingOf = (rows: readonly SummaryRow[]): readonly Scaling[] =>
  [
    ...groupBy(
      rows,
      ({ path, engine, scenario }) => `${pathId(path)}/${engine}/${scenario}`,
    ).values(),
  ].flatMap((group): Scaling[] => {
    const [first] = group;
    const points = pointsOf(group);
    if (first === undefined || points.length < 2) return [];
    const { path, engine, scenario } = first;
    const knee = kneeOf(points);
    return [
      {
        path,
        engine,
        scenario,
        levels: points.length,
        ...(knee === undefined ? {} : { kneeUsers: knee.virtualUsers }),
        ...fitOf(points),
      },
    ];
  });
