import { pathId, type Cell } from '../model/cell.ts';
import { directWindowOf, loadSeconds } from './direct-window.ts';
import { oracleTaskOf } from './oracle-task.ts';
import type { Plan, PlanPlace } from '../model/plan.ts';

/** Seconds beyond warm-ups and windows, as two cores take them; a run replaces them by what it measures. */
const SECONDS = { load: 0.6, start: { onnx: 1.2, null: 0.8, delay: 0.8 }, check: 0.4 } as const;

/** Of a platform, from its start until its model answers; on a GPU the model is loaded onto it, too. */
const PLATFORM_START_SECONDS = {
  reference: undefined,
  venv: 10,
  docker: 10,
  container: 30,
} as const;

/** A command to the serving node, from its sending to its answer. */
const COMMAND_SECONDS = 2;

type Place = Pick<PlanPlace, 'where' | 'runtime'>;

const HERE: Place = { where: 'local', runtime: 'reference' };

const startSeconds = ({ engine }: Cell, { where, runtime }: Place): number =>
  ((engine === 'onnx' ? PLATFORM_START_SECONDS[runtime] : undefined) ?? SECONDS.start[engine]) +
  (where === 'aws' ? COMMAND_SECONDS : 0);

/** Whether the serving is started anew for a cell, given the one before. */
export const startsServing = (cell: Cell, before: Cell | undefined): boolean =>
  cell.scenario === 'cold' || before === undefined || groupOf(cell) !== groupOf(before);

/** Cells of one group run one after the other and, in `warm`, share one serving process. */
const groupOf = ({ path, engine, scenario, repeat }: Cell): string =>
  `r${repeat}/${pathId(path)}/${engine}/${scenario}`;

/** Seconds that a run of these cells takes, without the building of the model. */
export const estimateSeconds = (cells: readonly Cell[], place: Place = HERE): number => {
  const checks = new Set(cells.map(({ path, engine }) => `${pathId(path)}/${engine}`)).size;
  const cellSeconds = cells.map(
    (cell, index) =>
      loadSeconds(cell) +
      SECONDS.load * (directWindowOf(cell) === undefined ? 1 : 2) +
      // The serving node says after each what it used.
      (place.where === 'aws' ? COMMAND_SECONDS : 0) +
      (startsServing(cell, cells[index - 1]) ? startSeconds(cell, place) : 0),
  );
  return cellSeconds.reduce((sum, seconds) => sum + seconds, checks * SECONDS.check);
};

/** Seconds that the measurement of a known latency takes before the first cell, where it is right at once. */
export const oracleSeconds = (plan: Pick<Plan, 'options' | 'paths' | 'cells'>): number => {
  const task = oracleTaskOf(plan);
  if (task === undefined) return 0;
  return SECONDS.start.delay + SECONDS.load + task.warmupSeconds + task.durationSeconds;
};
