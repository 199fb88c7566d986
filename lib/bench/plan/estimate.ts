import { pathId, type Cell } from './cell.ts';
import { directWindowOf, loadSeconds } from './direct-window.ts';
import { oracleTaskOf } from './oracle-task.ts';
import type { Plan, PlanPlace } from './plan.ts';

/** Seconds beyond warm-ups and windows, as two cores take them; a run replaces them by what it measures. */
const SECONDS = { load: 0.6, start: { onnx: 1.2, null: 0.8, delay: 0.8 }, check: 0.4 } as const;

/** Of a platform, from its start until its model answers. */
const PLATFORM_START_SECONDS = 10;

const startSeconds = ({ engine }: Cell, runtime: PlanPlace['runtime']): number =>
  engine === 'onnx' && (runtime === 'venv' || runtime === 'docker')
    ? PLATFORM_START_SECONDS
    : SECONDS.start[engine];

/** Whether the serving is started anew for a cell, given the one before. */
export const startsServing = (cell: Cell, before: Cell | undefined): boolean =>
  cell.scenario === 'cold' || before === undefined || groupOf(cell) !== groupOf(before);

/** Cells of one group run one after the other and, in `warm`, share one serving process. */
const groupOf = ({ path, engine, scenario, repeat }: Cell): string =>
  `r${repeat}/${pathId(path)}/${engine}/${scenario}`;

/** Seconds that a run of these cells takes, without the building of the model. */
export const estimateSeconds = (
  cells: readonly Cell[],
  runtime: PlanPlace['runtime'] = 'reference',
): number => {
  const checks = new Set(cells.map(({ path, engine }) => `${pathId(path)}/${engine}`)).size;
  const cellSeconds = cells.map(
    (cell, index) =>
      loadSeconds(cell) +
      SECONDS.load * (directWindowOf(cell) === undefined ? 1 : 2) +
      (startsServing(cell, cells[index - 1]) ? startSeconds(cell, runtime) : 0),
  );
  return cellSeconds.reduce((sum, seconds) => sum + seconds, checks * SECONDS.check);
};

/** Seconds that the measurement of a known latency takes before the first cell, where it is right at once. */
export const oracleSeconds = (plan: Pick<Plan, 'options' | 'paths' | 'cells'>): number => {
  const task = oracleTaskOf(plan);
  if (task === undefined) return 0;
  return SECONDS.start.delay + SECONDS.load + task.warmupSeconds + task.durationSeconds;
};
