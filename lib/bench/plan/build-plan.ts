import { createRandom } from '../stats/random.ts';
import {
  levelId,
  offeredLoad,
  pathId,
  type Cell,
  type Engine,
  type Level,
  type Path,
  type Scenario,
} from '../model/cell.ts';
import { counterbalanced } from './counterbalance.ts';
import type { PlanOptions } from '../model/plan-options.ts';
import { searchedBounds } from './plan-options.ts';
import { shuffle } from './shuffle.ts';

/** The cells that share one serving process in `warm`, and one place in the order in both scenarios. */
interface Group {
  readonly path: Path;
  readonly engine: Engine;
  readonly scenario: Scenario;
  readonly levels: readonly Level[];
  /** 0: without the direct check. */
  readonly directSeconds: number;
  readonly durationSeconds: number;
}

/** Windows of the cells that tell a search where to begin. */
const PILOT_SECONDS = 10;

/** Windows of ceilings in every repeat: the null engine answers so much that a longer one says no more. */
const CEILING_SECONDS = 20;

/** Virtual users that fill any apparatus, for the ceilings of a plan that has open loops only. */
const SATURATING_USERS = 32;

/**
 * The levels of the ceilings: those of the plan, since a share of what ten users get says nothing about one user. What
 * an open loop carries is no ceiling, but its rate, so there the ceiling is that of a closed loop at its fullest.
 */
const ceilingLevels = (levels: readonly Level[]): readonly Level[] => {
  const closed = levels.filter(({ loop }) => loop === 'closed');
  return closed.length > 0 ? closed : [{ loop: 'closed', virtualUsers: SATURATING_USERS }];
};

/** The embedded load engine sends encoded messages, too; k6 sends HTTP requests only. */
const canSendDirectly = ({ protocol }: Path, options: PlanOptions): boolean =>
  protocol === 'rest' || options.loadEngine === 'embedded';

/** The groups of a repeat that has ceilings. */
const groupsOf = (paths: readonly Path[], options: PlanOptions): Group[] => {
  const { engine, scenarios, levels, ceilings, durationSeconds } = options;
  const measured = paths.flatMap((path) =>
    scenarios.map((scenario): Group => ({
      path,
      engine,
      scenario,
      levels,
      directSeconds: canSendDirectly(path, options) ? options.directSeconds : 0,
      durationSeconds,
    })),
  );
  return ceilings !== 'none' && engine !== 'null'
    ? [
        ...measured,
        ...paths.map((path): Group => ({
          path,
          engine: 'null',
          scenario: 'warm',
          levels: ceilingLevels(levels),
          // A ceiling says what the apparatus carries; the null engine without it is nobody's question.
          directSeconds: 0,
          durationSeconds:
            ceilings === 'each' ? Math.min(durationSeconds, CEILING_SECONDS) : durationSeconds,
        })),
      ]
    : measured;
};

const cellsOf = (group: Group, options: PlanOptions, repeat: number): Cell[] =>
  group.levels.map((level) => ({
    id: `r${repeat}/${pathId(group.path)}/${group.engine}/${group.scenario}/${levelId(level)}`,
    path: group.path,
    engine: group.engine,
    scenario: group.scenario,
    level,
    repeat,
    warmupSeconds: options.warmupSeconds,
    durationSeconds: group.durationSeconds,
    timeoutMs: options.timeoutMs,
    ...(group.directSeconds === 0 ? {} : { directSeconds: group.directSeconds }),
  }));

/** The levels of a group in the order in which a repeat takes them. */
const orderedLevels = (
  levels: readonly Level[],
  { levelOrder }: PlanOptions,
  random: () => number,
): readonly Level[] =>
  levelOrder === 'shuffled'
    ? shuffle(levels, random)
    : levels.toSorted((a, b) => offeredLoad(a) - offeredLoad(b));

/** Whether a repeat has the ceilings of the plan. */
const hasCeilings = ({ ceilings }: PlanOptions, repeat: number): boolean =>
  ceilings === 'each' || (ceilings === 'once' && repeat === 1);

/**
 * All cells in the order in which they run: one block a repeat; inside a block the groups of path and scenario, so that a
 * drift of the machine does not look like a difference between servings: in an order drawn from the seed in each odd
 * repeat, and in the mirror image of that in the even one behind it. Inside a group come the levels one after the other,
 * ascending or in an order drawn too. Pure: the same options give the same cells.
 */
export const buildCells = (paths: readonly Path[], planned: PlanOptions): readonly Cell[] => {
  const options =
    searchedBounds(planned).length === 0
      ? planned
      : { ...planned, durationSeconds: Math.min(planned.durationSeconds, PILOT_SECONDS) };
  const random = createRandom(options.seed);
  const groups = groupsOf(paths, options);
  const blocks = counterbalanced(
    options.repeats,
    () =>
      shuffle(groups, random).map((group) => ({
        ...group,
        levels: orderedLevels(group.levels, options, random),
      })),
    (group) =>
      options.levelOrder === 'shuffled' ? { ...group, levels: group.levels.toReversed() } : group,
  );
  return blocks.flatMap((block, index) =>
    block
      .filter(({ engine }) => engine === options.engine || hasCeilings(options, index + 1))
      .flatMap((group) => cellsOf(group, options, index + 1)),
  );
};
