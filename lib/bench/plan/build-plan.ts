import { createHash } from 'node:crypto';
import { createRandom } from '../load/random.ts';
import { BenchError } from '../errors.ts';
import {
  type Cell,
  type Engine,
  type Level,
  levelId,
  type Path,
  pathId,
  type Scenario,
} from './cell.ts';
import type { Plan } from './plan.ts';
import type { PlanOptions } from './plan-options.ts';
import { planPaths } from './plan-paths.ts';
import { type Profile, profiles } from './profiles.ts';
import { shuffle } from './shuffle.ts';

/** What a plan is made for: found out before, so that the plan itself is a pure function. */
export interface PlanFacts {
  readonly createdAt: string;
  readonly images: Plan['images'];
  readonly model: Plan['model'];
}

/** Cells that run one after the other on one serving process (warm) or on one each (cold). */
interface Group {
  readonly path: Path;
  readonly engine: Engine;
  readonly scenario: Scenario;
  readonly levels: readonly Level[];
}

const withOptions = (options: PlanOptions): Profile => {
  const profile: Profile = profiles[options.profile];
  return {
    ...profile,
    scenarios: options.scenarios ?? profile.scenarios,
    repeats: options.repeats ?? profile.repeats,
    warmupSeconds: options.warmupSeconds ?? profile.warmupSeconds,
    durationSeconds: options.durationSeconds ?? profile.durationSeconds,
    timeoutMs: options.timeoutMs ?? profile.timeoutMs,
  };
};

const sizeOf = (level: Level): number =>
  level.loop === 'closed' ? level.virtualUsers : level.ratePerSecond;

const highestOf = (levels: readonly Level[]): Level =>
  levels.reduce((highest, level) => (sizeOf(level) > sizeOf(highest) ? level : highest));

/** The groups of one repeat, before they are shuffled. */
const groupsOf = (
  repeat: number,
  paths: readonly Path[],
  levels: readonly Level[],
  profile: Profile,
  engine: Engine,
): readonly Group[] => {
  const measured = paths.flatMap((path) =>
    profile.scenarios.map((scenario): Group => ({ path, engine, scenario, levels })),
  );
  // A plan against the null engine measures nothing but ceilings already.
  if (engine === 'null' || (profile.ceilings === 'once' && repeat > 1)) return measured;
  const ceilings = paths.map((path): Group => ({
    path,
    engine: 'null',
    scenario: 'warm',
    levels: [highestOf(levels)],
  }));
  return [...measured, ...ceilings];
};

const hashOf = (plan: Omit<Plan, 'hash' | 'createdAt'>): string =>
  createHash('sha256')
    .update(
      // The file's name may differ from machine to machine; its content may not.
      JSON.stringify({
        ...plan,
        model: { sha256: plan.model.sha256, trained: plan.model.trained },
      }),
    )
    .digest('hex');

/**
 * Turns a profile and options into ordered cells. A block is a repeat; inside a block the groups (path × scenario) are
 * shuffled by the seed, and the levels inside a group too, unless the profile wants them ascending. So no serving
 * always comes first or last (randomised multiple interleaved trials, Abedi and Brecht, ICPE 2017).
 * @throws BenchError where nothing is left to measure.
 */
export const buildPlan = (options: PlanOptions, facts: PlanFacts): Plan => {
  const profile = withOptions(options);
  const paths = planPaths(options);
  const levels =
    options.levels ??
    profile.virtualUsers.map((virtualUsers): Level => ({ loop: 'closed', virtualUsers }));
  if (paths.length === 0 || levels.length === 0 || profile.scenarios.length === 0) {
    throw new BenchError('BENCH_NO_PATH', 'The options leave nothing to measure.', {
      hint: '`bench servings` prints what there is',
    });
  }
  const random = createRandom(options.seed);
  const cells = Array.from({ length: profile.repeats }, (_, index) => index + 1).flatMap((repeat) =>
    shuffle(groupsOf(repeat, paths, levels, profile, options.engine), random).flatMap((group) => {
      const ordered =
        profile.levelOrder === 'shuffled' ? shuffle(group.levels, random) : group.levels;
      return ordered.map((level): Cell => ({
        id: `r${repeat}/${pathId(group.path)}/${group.engine}/${group.scenario}/${levelId(level)}`,
        path: group.path,
        engine: group.engine,
        scenario: group.scenario,
        level,
        repeat,
        warmupSeconds: profile.warmupSeconds,
        durationSeconds: profile.durationSeconds,
        timeoutMs: profile.timeoutMs,
      }));
    }),
  );
  const plan = {
    schema: 1,
    profile: options.profile,
    seed: options.seed,
    where: 'local',
    runtime: 'reference',
    paths,
    images: facts.images,
    model: facts.model,
    cells,
  } as const;
  return { ...plan, createdAt: facts.createdAt, hash: hashOf(plan) };
};
