import { servingNames } from '../../../serving-configs/index.ts';
import { ENCODINGS, PAYLOADS, PROTOCOLS, TENSORS } from '../../../serving-configs/manifest.ts';
import {
  type Measurement,
  type Level,
  offeredLoad,
  type Target,
  levelId,
  levelSchema,
  scenarioSchema,
  targetId,
  targetSchema,
} from '../model/measurement.ts';
import {
  array,
  number,
  object,
  oneOf,
  optional,
  type Static,
} from '../../../serving-configs/schema.ts';
import type { Plan } from '../model/plan.ts';
import { ANSWERS_NEEDED } from '../stats/percentile-claim.ts';
import { checksSupport } from './checks/check.ts';
import { groupBy } from './group-by.ts';
import type { SummaryRow } from './summary-row.ts';

const loopRank = (level: Level): number =>
  level.loop === 'closed' ? 0 : level.arrivals === 'constant' ? 1 : 2;

/** The part of a plan that orders its targets. */
type Ordering = Partial<Pick<Plan, 'servers'>>;

const targetRanks = (target: Target, { servers = [] }: Ordering): number[] => [
  [...servingNames, ...servers.map(({ name }) => name)].indexOf(target.serving),
  PROTOCOLS.indexOf(target.protocol),
  [...PAYLOADS, TENSORS].indexOf(target.payload),
  ENCODINGS.indexOf(target.encoding),
];

const compareRanks = (a: readonly number[], b: readonly number[]): number => {
  for (const [index, rank] of a.entries()) {
    const difference = rank - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

/** Orders targets like the manifests, running servers last, then by protocol, payload and encoding. */
export const compareTargets = (a: Target, b: Target, plan: Ordering): number =>
  compareRanks(targetRanks(a, plan), targetRanks(b, plan));

const measurementRanks = (
  { target, engine, scenario, level }: Measurement,
  plan: Ordering,
): number[] => [
  // No-op limits come last.
  engine === 'noop' ? 1 : 0,
  ...targetRanks(target, plan),
  scenario === 'cold' ? 0 : 1,
  loopRank(level),
  offeredLoad(level),
];

/** Sorts measurements by target, scenario and level, with no-op limits last. Repeats stay in their order. */
export const inRowOrder = (
  measurements: readonly Measurement[],
  plan: Ordering,
): readonly Measurement[] =>
  measurements
    .map((measurement) => ({ measurement, ranks: measurementRanks(measurement, plan) }))
    .toSorted((a, b) => compareRanks(a.ranks, b.ranks))
    .map(({ measurement }) => measurement);

const rangedFigures = ['request-rate', 'response-time', 'server-share'] as const;
export type RangedFigure = (typeof rangedFigures)[number];

export const rowGroupSchema = object(
  {
    scenario: scenarioSchema,
    loop: oneOf(['closed', 'open']),
    arrivals: optional(oneOf(['constant', 'poisson'], 'Of an open loop.')),
    charted: array(
      targetSchema,
      'The targets with the greatest request rates: more lines in a chart could not be told apart.',
    ),
    left: number('Number of targets that charts leave out.'),
    ranges: array(
      object({
        figure: oneOf(rangedFigures),
        level: levelSchema,
        least: number(),
        most: number(),
      }),
      'The range of each figure over the charted targets, without results that fail a check. Rate and median response time are those of the highest level; the share of the server in the mean response time is that of the lowest level, where requests wait least.',
    ),
    unclaimed: array(
      object({ percentile: oneOf(['p95', 'p99']), answers: number() }),
      'Percentiles that no result has enough answers to claim, and the most answers that one has.',
    ),
  },
  'The results of one scenario under one kind of load.',
);
export interface RowGroup extends Static<typeof rowGroupSchema> {}

/** More lines in a chart cannot be told apart, and each makes the page larger. */
const MAX_CHARTED = 10;

const rateOf = ({ requestRatePerSecond }: SummaryRow): number => requestRatePerSecond?.value ?? 0;

/** The levels of rows, the lowest first. */
export const levelsIn = (rows: readonly SummaryRow[]): readonly Level[] => {
  const levels = new Map(rows.map(({ level }) => [levelId(level), level]));
  return [...levels.values()].toSorted((a, b) => offeredLoad(a) - offeredLoad(b));
};

export const rowsAt = (rows: readonly SummaryRow[], level: Level): readonly SummaryRow[] =>
  rows.filter((row) => levelId(row.level) === levelId(level));

const rangeAt = (
  figure: RangedFigure,
  rows: readonly SummaryRow[],
  level: Level | undefined,
  valueOf: (row: SummaryRow) => number | undefined,
): RowGroup['ranges'] => {
  if (level === undefined) return [];
  const values = rowsAt(rows, level)
    .filter(checksSupport)
    .flatMap((row) => valueOf(row) ?? []);
  return values.length === 0
    ? []
    : [{ figure, level, least: Math.min(...values), most: Math.max(...values) }];
};

const rangesOf = (rows: readonly SummaryRow[]): RowGroup['ranges'] => {
  const highest = levelsIn(rows).at(-1);
  const [lowest] = levelsIn(rows.filter(({ timeParts }) => timeParts !== undefined));
  return [
    ...rangeAt('request-rate', rows, highest, (row) => row.requestRatePerSecond?.value),
    ...rangeAt('response-time', rows, highest, (row) => row.p50Ms?.value),
    ...rangeAt(
      'server-share',
      rows,
      lowest,
      ({ timeParts }) => timeParts && timeParts.serverMs / timeParts.totalMs,
    ),
  ];
};

const unclaimedIn = (rows: readonly SummaryRow[]): RowGroup['unclaimed'] => {
  const counts = rows.map(({ succeeded }) => succeeded);
  const answers = Math.max(0, ...counts.map((count = 0) => count));
  return (['p95', 'p99'] as const)
    .filter((percentile) => answers < ANSWERS_NEEDED[percentile] && !counts.includes(undefined))
    .map((percentile) => ({ percentile, answers }));
};

const arrivalsOf = (level: Level): RowGroup['arrivals'] =>
  level.loop === 'closed' ? undefined : level.arrivals;

const groupKey = ({ scenario, level }: Pick<SummaryRow, 'scenario' | 'level'>): string =>
  `${scenario}/${arrivalsOf(level) ?? 'closed'}`;

/** The rows of a group. */
export const rowsIn = (
  { scenario, arrivals }: RowGroup,
  rows: readonly SummaryRow[],
): readonly SummaryRow[] =>
  rows.filter((row) => groupKey(row) === `${scenario}/${arrivals ?? 'closed'}`);

/** Groups rows by scenario and kind of load, in order of first appearance. */
export const rowGroupsOf = (rows: readonly SummaryRow[]): readonly RowGroup[] =>
  [...groupBy(rows, groupKey).values()].map((group) => {
    const [{ scenario, level }] = group;
    const fastest = group.toSorted((a, b) => rateOf(b) - rateOf(a));
    const byId = new Map(fastest.map(({ target }) => [targetId(target), target]));
    const charted = [...byId.values()].slice(0, MAX_CHARTED);
    const shown = new Set(charted.map(targetId));
    return {
      scenario,
      loop: level.loop,
      arrivals: arrivalsOf(level),
      charted,
      left: byId.size - charted.length,
      ranges: rangesOf(group.filter(({ target }) => shown.has(targetId(target)))),
      unclaimed: unclaimedIn(group),
    };
  });
