import { runningServerOf } from '../../../serving-configs/index.ts';
import {
  type Measurement,
  type Engine,
  type Level,
  levelId,
  offeredLoad,
  type Target,
  targetId,
  type Scenario,
} from '../model/measurement.ts';
import { BenchError } from '../model/errors.ts';
import type { PlanOptions } from '../model/plan-options.ts';
import { createRandom, shuffled } from '../stats/random.ts';
import { findsRates } from './plan-options.ts';
import { profiles, type Profile } from './profiles.ts';
import { BURST_SECONDS, FAULT_PARTS, FAULTS, type StabilityTest } from '../model/fault.ts';
import { whyLeftOut } from '../stability/why-left-out.ts';
import type { ModelInputs } from '../stability/bad-values.ts';

/**
 * Orders for the repeats, in couples: the first of a couple is drawn, the second is its mirror image (A B B A). A steady drift, such
 * as a machine that grows warm, then harms in one repeat what it favours in the other, so that it cancels in their mean and shows in
 * their scatter. With random orders, three repeats of two targets have the same order three times in a quarter of all plans, and a
 * drift looks like a sure difference: in simulations with drift as the only noise, up to 12 % of runs contained a wrong verdict.
 *
 * A disturbance that returns every two repeats, strongest where a couple is mirrored, does not cancel.
 *
 * @param draw an order, another one each time
 * @param mirror of one item, if it has an order inside
 */
export const counterbalanced = <Item>(
  repeats: number,
  draw: () => readonly Item[],
  mirror: (item: Item) => Item = (item) => item,
): readonly (readonly Item[])[] => {
  const orders: (readonly Item[])[] = [];
  for (let repeat = 1; repeat <= repeats; repeat += 1) {
    const before = orders.at(-1);
    const isSecond = repeat % 2 === 0 && before !== undefined;
    orders.push(isSecond ? before.toReversed().map(mirror) : draw());
  }
  return orders;
};

/** The measurements that share one serving process in `warm`, and one place in the order in both scenarios. */
interface Group {
  readonly target: Target;
  readonly engine: Engine;
  readonly scenario: Scenario;
  readonly levels: readonly Level[];
  /** 0: without the bypass run. */
  readonly bypassSeconds: number;
  readonly durationSeconds: number;
}

/** Windows of the measurements that tell a search or a test of stability where to start. */
const PILOT_SECONDS = 10;

/** The no-op backend answers so fast that longer windows say no more. */
const NOOP_LIMIT_SECONDS = 20;

/** Virtual users that fill any rig, for the no-op limits of a plan that has open loops only. */
const SATURATING_USERS = 32;

/**
 * The levels of the no-op limits: those of the plan, since what ten users get says nothing about one user. An open loop shows its
 * own rate and no limit, so its no-op limit comes from a closed loop with many users.
 */
const noopLimitLevels = (levels: readonly Level[]): readonly Level[] => {
  const closed = levels.filter(({ loop }) => loop === 'closed');
  return closed.length > 0 ? closed : [{ loop: 'closed', virtualUsers: SATURATING_USERS }];
};

/** The embedded load generator also sends gRPC messages; k6 sends HTTP requests only. */
const canBypass = ({ protocol }: Target, options: PlanOptions): boolean =>
  protocol === 'rest' || options.loadGenerator === 'embedded';

/** Nothing starts a server that runs already, so that it is never cold. */
const scenariosOf = ({ serving }: Target, scenarios: readonly Scenario[]): readonly Scenario[] =>
  runningServerOf(serving) === undefined
    ? scenarios
    : scenarios.filter((scenario) => scenario !== 'cold');

/** The groups of a repeat that has no-op limits. */
const groupsOf = (targets: readonly Target[], options: PlanOptions): Group[] => {
  const { engine, scenarios, levels, noopLimits } = options;
  const durationSeconds = findsRates(options.profile)
    ? Math.min(options.durationSeconds, PILOT_SECONDS)
    : options.durationSeconds;
  const measured = targets.flatMap((target) =>
    scenariosOf(target, scenarios).map((scenario): Group => ({
      target,
      engine,
      scenario,
      levels,
      bypassSeconds: canBypass(target, options) ? options.bypassSeconds : 0,
      durationSeconds,
    })),
  );
  return noopLimits !== 'none' && engine !== 'noop'
    ? [
        ...measured,
        ...targets.map((target): Group => ({
          target,
          engine: 'noop',
          scenario: 'warm',
          levels: noopLimitLevels(levels),
          // A no-op limit is about the whole rig, so it needs no bypass run.
          bypassSeconds: 0,
          durationSeconds:
            noopLimits === 'each' ? Math.min(durationSeconds, NOOP_LIMIT_SECONDS) : durationSeconds,
        })),
      ]
    : measured;
};

/** Share of the warm-up before further levels of a serving: then only connections and larger batches are cold. */
const KEPT_WARMUP_SHARE = 0.25;

/** What is done to a target: nothing first, as the control. Empty unless the profile measures stability. */
const stabilityTests = (
  target: Target,
  { profile, faults = [] }: PlanOptions,
  inputs: ModelInputs | undefined,
): readonly StabilityTest[] => {
  const { stability }: Profile = profiles[profile];
  if (stability === 'soak') return ['soak'];
  if (stability === undefined) return [];
  return FAULTS.filter(
    (fault) =>
      fault === 'nothing' ||
      (faults.includes(fault) && whyLeftOut(fault, target, inputs) === undefined),
  );
};

const testSeconds = (test: StabilityTest, durationSeconds: number): number =>
  test === 'soak'
    ? durationSeconds
    : FAULT_PARTS * (test === 'burst' ? BURST_SECONDS : durationSeconds);

/** Those of a group: its levels, and then its tests of stability, on the serving that has just shown its best rate. */
const measurementsOf = (
  { target, engine, scenario, levels, bypassSeconds, durationSeconds }: Group,
  options: PlanOptions,
  repeat: number,
  inputs: ModelInputs | undefined,
): readonly Measurement[] => {
  const { warmupSeconds, timeoutMs } = options;
  const common = { target, engine, scenario, repeat, timeoutMs };
  const idOf = (last: string): string =>
    `r${repeat}/${targetId(target)}/${engine}/${scenario}/${last}`;
  const tests = engine === options.engine ? stabilityTests(target, options, inputs) : [];
  return [
    ...levels.map((level, index) => ({
      id: idOf(levelId(level)),
      ...common,
      level,
      warmupSeconds: warmupSeconds * (index === 0 || scenario === 'cold' ? 1 : KEPT_WARMUP_SHARE),
      durationSeconds,
      bypassSeconds: bypassSeconds || undefined,
    })),
    ...tests.map((test) => ({
      id: idOf(test),
      ...common,
      level: { loop: 'open', ratePerSecond: 0, arrivals: 'constant' } as const,
      warmupSeconds: warmupSeconds * KEPT_WARMUP_SHARE,
      durationSeconds: testSeconds(test, options.durationSeconds),
      stability: test,
    })),
  ];
};

/** The levels of a group in the order in which a repeat takes them. */
const orderedLevels = (
  levels: readonly Level[],
  { levelOrder }: PlanOptions,
  random: () => number,
): readonly Level[] =>
  levelOrder === 'shuffled'
    ? shuffled(levels, random)
    : levels.toSorted((a, b) => offeredLoad(a) - offeredLoad(b));

/** Whether a repeat has the no-op limits of the plan. */
const hasNoopLimits = ({ noopLimits }: PlanOptions, repeat: number): boolean =>
  noopLimits === 'each' || (noopLimits === 'once' && repeat === 1);

/**
 * All measurements in the order in which they run: one block a repeat; inside a block the groups of target and scenario, so that a
 * drift of the machine does not look like a difference between servings: in an order drawn from the seed in each odd
 * repeat, and in the mirror image of that in the even one behind it. Inside a group come the levels one after the other,
 * ascending or in an order drawn too. Pure: the same options give the same measurements.
 *
 * @param inputs of a user's model
 * @throws BenchError `BENCH_NO_FAULT` if faults are to be tested, and no target can express one
 */
export const buildMeasurements = (
  targets: readonly Target[],
  options: PlanOptions,
  inputs?: ModelInputs,
): readonly Measurement[] => {
  const random = createRandom(options.seed);
  const groups = groupsOf(targets, options);
  const blocks = counterbalanced(
    options.repeats,
    () =>
      shuffled(groups, random).map((group) => ({
        ...group,
        levels: orderedLevels(group.levels, options, random),
      })),
    (group) =>
      options.levelOrder === 'shuffled' ? { ...group, levels: group.levels.toReversed() } : group,
  );
  const measurements = blocks.flatMap((block, index) =>
    block
      .filter(({ engine }) => engine === options.engine || hasNoopLimits(options, index + 1))
      .flatMap((group) => measurementsOf(group, options, index + 1, inputs)),
  );
  const tests = measurements.flatMap(({ stability }) => stability ?? []);
  if (tests.length > 0 && tests.every((test) => test === 'nothing')) {
    throw new BenchError(
      'BENCH_NO_FAULT',
      'no target of the plan can be sent any of these faults',
      {
        hint: 'give other --faults, --payloads or --protocols; lib/docs/stability.md says what each fault needs',
      },
    );
  }
  return measurements;
};
