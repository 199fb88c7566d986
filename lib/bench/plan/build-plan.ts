import { isRunningServer } from '../../../serving-configs/index.ts';
import {
  type Measurement,
  type Engine,
  type Level,
  levelId,
  offeredLoad,
  type Target,
  targetId,
  wireOf,
  type Scenario,
} from '../model/measurement.ts';
import { BenchError } from '../model/errors.ts';
import type { PlanOptions } from '../model/plan-options.ts';
import { createRandom, shuffled } from '../stats/random.ts';
import { canBypass, findsRates, isTuned } from './resolve-plan-options.ts';
import { profiles, type Profile } from './profiles.ts';
import { BURST_SECONDS, FAULT_PARTS, FAULTS, type StabilityTest } from '../model/fault.ts';
import { whyLeftOut } from '../stability/why-left-out.ts';

/**
 * Orders the repeats in couples: the first order of a couple is drawn, and the second is its mirror image (A B B A). A steady
 * drift, such as a machine that warms up, then harms a target in one repeat and favours it in the other, so it cancels in their
 * mean and shows in their scatter. With random orders, two targets have the same order in all three repeats in a quarter of all
 * plans, and a drift looks like a sure difference: in simulations with drift as the only noise, up to 12 % of the runs had a wrong
 * verdict.
 *
 * A disturbance that returns every two repeats, and is strongest between the halves of a couple, does not cancel.
 *
 * @param draw draws a new order at each call
 * @param mirror mirrors an item that has an order inside
 */
export const counterbalanced = <Item>(
  repeats: number,
  draw: () => readonly Item[],
  mirror: (item: Item) => Item = (item) => item,
): readonly (readonly Item[])[] => {
  const orders: (readonly Item[])[] = [];
  for (let repeat = 1; repeat <= repeats; repeat += 1) {
    const last = orders.at(-1);
    const isSecond = repeat % 2 === 0 && last !== undefined;
    orders.push(isSecond ? last.toReversed().map(mirror) : draw());
  }
  return orders;
};

/** The measurements that run one after another. In `warm`, they share one serving process. */
interface Group {
  readonly target: Target;
  readonly engine: Engine;
  readonly scenario: Scenario;
  readonly levels: readonly Level[];
  /** 0 for none. */
  readonly bypassSeconds: number;
  readonly durationSeconds: number;
}

/** The longest window of a measurement that only finds the starting rate of a search or a stability test. */
const PILOT_SECONDS = 10;

/** The no-op backend answers so fast that longer windows add nothing. */
const NOOP_LIMIT_SECONDS = 20;

/** Virtual users that saturate any rig, for the no-op limits of a plan with open loops only. */
const SATURATING_USERS = 32;

/**
 * The levels of the no-op limits: the closed loops of the plan, since the limit for ten users says nothing about one user. An open
 * loop shows only its own rate, so its no-op limit comes from a closed loop with many users.
 */
const noopLimitLevels = (levels: readonly Level[]): readonly Level[] => {
  const closed = levels.filter(({ loop }) => loop === 'closed');
  return closed.length > 0 ? closed : [{ loop: 'closed', virtualUsers: SATURATING_USERS }];
};

/** A running server is never cold, because it is not started here. */
const scenariosOf = ({ serving }: Target, scenarios: readonly Scenario[]): readonly Scenario[] =>
  !isRunningServer(serving) ? scenarios : scenarios.filter((scenario) => scenario !== 'cold');

/** The forms of requests of targets, without their settings. */
const wiresOf = (targets: readonly Target[]): readonly Target[] => [
  ...new Map(targets.map(wireOf).map((wire) => [targetId(wire), wire])).values(),
];

/** The groups of a repeat, with no-op limits if the plan has any. */
const groupsOf = (targets: readonly Target[], options: PlanOptions): Group[] => {
  const { engine, scenarios, levels, noopLimits } = options;
  const durationSeconds = findsRates(options.profile)
    ? Math.min(options.durationSeconds, PILOT_SECONDS)
    : options.durationSeconds;
  // A search for settings measures them in an order of its own.
  const fixed = isTuned(options) ? [] : targets;
  const measured = fixed.flatMap((target) =>
    scenariosOf(target, scenarios).map((scenario): Group => ({
      target,
      engine,
      scenario,
      levels,
      bypassSeconds: canBypass(target.protocol, options.loadGenerator) ? options.bypassSeconds : 0,
      durationSeconds,
    })),
  );
  return noopLimits !== 'none' && engine !== 'noop'
    ? [
        ...measured,
        ...wiresOf(targets).map((target): Group => ({
          target,
          engine: 'noop',
          scenario: 'warm',
          levels: noopLimitLevels(levels),
          // A no-op limit covers the whole rig, so it needs no bypass run.
          bypassSeconds: 0,
          durationSeconds:
            noopLimits === 'each' ? Math.min(durationSeconds, NOOP_LIMIT_SECONDS) : durationSeconds,
        })),
      ]
    : measured;
};

/** The share of the warm-up before further levels of a serving, when only connections and larger batches are cold. */
export const KEPT_WARMUP_SHARE = 0.25;

/** The stability tests of a target, with the control first. Empty unless the profile measures stability. */
const stabilityTests = (
  target: Target,
  { profile, faults = [] }: PlanOptions,
): readonly StabilityTest[] => {
  const { stability }: Profile = profiles[profile];
  if (stability === 'soak') return ['soak'];
  if (stability === undefined) return [];
  return FAULTS.filter(
    (fault) =>
      fault === 'nothing' || (faults.includes(fault) && whyLeftOut(fault, target) === undefined),
  );
};

const testSeconds = (test: StabilityTest, durationSeconds: number): number =>
  test === 'soak'
    ? durationSeconds
    : FAULT_PARTS * (test === 'burst' ? BURST_SECONDS : durationSeconds);

/**
 * The id of a measurement.
 *
 * @param when its repeat, and its block if there are several
 */
const idOf = ({ target, engine, scenario }: Group, when: string, levelOrTest: string): string =>
  `${when}/${targetId(target)}/${engine}/${scenario}/${levelOrTest}`;

/** Blocks of a repeat side by side: an order and its mirror image. */
const BLOCKS = 2;

/** The windows of a repeat with its servers side by side: a drawn order of levels, and of targets at each level, and its mirror image. */
const windowsSideBySide = (
  groups: readonly Group[],
  options: PlanOptions,
  repeat: number,
  random: () => number,
): readonly Measurement[] => {
  const { warmupSeconds, timeoutMs } = options;
  const orders = counterbalanced(BLOCKS, () =>
    orderedLevels(options.levels, { levelOrder: 'shuffled' }, random).flatMap((level) =>
      shuffled(groups, random).map((group) => ({ group, level })),
    ),
  );
  const warm = new Set<Group>();
  return orders.flatMap((order, index) =>
    order.map(({ group, level }): Measurement => {
      const { target, engine, scenario, durationSeconds, bypassSeconds } = group;
      const block = index + 1;
      const isWarm = warm.has(group);
      warm.add(group);
      return {
        id: idOf(group, `r${repeat}b${block}`, levelId(level)),
        target,
        engine,
        scenario,
        level,
        repeat,
        block,
        warmupSeconds: isWarm ? 0 : warmupSeconds,
        durationSeconds,
        timeoutMs,
        bypassSeconds: (block === 1 && bypassSeconds) || undefined,
      };
    }),
  );
};

/** The measurements of a group: its levels, then its stability tests, on the serving that has just shown its best rate. */
const measurementsOf = (
  group: Group,
  options: PlanOptions,
  repeat: number,
): readonly Measurement[] => {
  const { target, engine, scenario, levels, bypassSeconds, durationSeconds } = group;
  const { warmupSeconds, timeoutMs } = options;
  const common = { target, engine, scenario, repeat, block: 1, timeoutMs };
  const tests = engine === options.engine ? stabilityTests(target, options) : [];
  return [
    ...levels.map((level, index) => ({
      id: idOf(group, `r${repeat}`, levelId(level)),
      ...common,
      level,
      warmupSeconds: warmupSeconds * (index === 0 || scenario === 'cold' ? 1 : KEPT_WARMUP_SHARE),
      durationSeconds,
      bypassSeconds: bypassSeconds || undefined,
    })),
    ...tests.map((test) => ({
      id: idOf(group, `r${repeat}`, test),
      ...common,
      level: { loop: 'open', ratePerSecond: 0, arrivals: 'constant' } as const,
      warmupSeconds: warmupSeconds * KEPT_WARMUP_SHARE,
      durationSeconds: testSeconds(test, options.durationSeconds),
      stability: test,
    })),
  ];
};

/** The levels of a group in the order of a repeat. */
const orderedLevels = (
  levels: readonly Level[],
  { levelOrder }: Pick<PlanOptions, 'levelOrder'>,
  random: () => number,
): readonly Level[] =>
  levelOrder === 'shuffled'
    ? shuffled(levels, random)
    : levels.toSorted((a, b) => offeredLoad(a) - offeredLoad(b));

/** Whether a repeat measures no-op limits. */
const hasNoopLimits = ({ noopLimits }: PlanOptions, repeat: number): boolean =>
  noopLimits === 'each' || (noopLimits === 'once' && repeat === 1);

/** The groups of a repeat with its servers side by side, and then its no-op limits, one server after the other. */
const repeatsSideBySide = (
  groups: readonly Group[],
  options: PlanOptions,
  random: () => number,
): readonly Measurement[] =>
  Array.from({ length: options.repeats }, (_, index) => index + 1).flatMap((repeat) => [
    ...windowsSideBySide(
      groups.filter(({ engine }) => engine === options.engine),
      options,
      repeat,
      random,
    ),
    ...(hasNoopLimits(options, repeat)
      ? shuffled(
          groups.filter(({ engine }) => engine !== options.engine),
          random,
        ).flatMap((group) => measurementsOf(group, options, repeat))
      : []),
  ]);

/** The repeats of a plan with one server at a time: its groups in an order that is drawn in odd repeats and mirrored in even ones. */
const repeatsOneAtATime = (
  groups: readonly Group[],
  options: PlanOptions,
  random: () => number,
): readonly Measurement[] =>
  counterbalanced(
    options.repeats,
    () =>
      shuffled(groups, random).map((group) => ({
        ...group,
        levels: orderedLevels(group.levels, options, random),
      })),
    (group) =>
      options.levelOrder === 'shuffled' ? { ...group, levels: group.levels.toReversed() } : group,
  ).flatMap((order, index) =>
    order
      .filter(({ engine }) => engine === options.engine || hasNoopLimits(options, index + 1))
      .flatMap((group) => measurementsOf(group, options, index + 1)),
  );

/**
 * Lists all measurements in the order in which they run, repeat by repeat, so that a drift of the machine does not look like a
 * difference between servings. The same options always give the same measurements.
 *
 * @throws BenchError `BENCH_NO_FAULT` if the plan tests faults, but no target can express any of them
 */
export const buildMeasurements = (
  targets: readonly Target[],
  options: PlanOptions,
): readonly Measurement[] => {
  const random = createRandom(options.seed);
  const groups = groupsOf(targets, options);
  const measurements =
    options.order === 'side-by-side'
      ? repeatsSideBySide(groups, options, random)
      : repeatsOneAtATime(groups, options, random);
  const tests = measurements.flatMap(({ stability }) => stability ?? []);
  if (tests.length > 0 && tests.every((test) => test === 'nothing')) {
    throw new BenchError(
      'BENCH_NO_FAULT',
      'no target of the plan can be tested with any of these faults',
      {
        hint: 'give other --faults, --payloads or --protocols; lib/docs/stability.md describes the faults',
      },
    );
  }
  return measurements;
};
