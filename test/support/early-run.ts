import { buildCells } from '../../lib/bench/plan/build-plan.ts';
import type { Cell, Path } from '../../lib/bench/plan/cell.ts';
import { resolvePlanOptions } from '../../lib/bench/plan/plan-options.ts';
import { createEarlyStopping } from '../../lib/bench/plan/stopping/early-stopping.ts';
import type { CellRecord } from '../../lib/bench/results/record.ts';
import type { RunData } from '../../lib/bench/results/run-folder.ts';
import { closed, completedCell, loadResult, recordedPaths, recordedRun } from './recorded-run.ts';

const AT = new Date('2026-01-02T03:04:05.000Z');
/** Each virtual user has answers in it, also of the slowest path. */
const WINDOW_SECONDS = 10;
export const EARLY_RUN_USERS: readonly number[] = [10, 20, 40, 80, 100];

/** So far apart that three repeats settle every order. */
const FAR_APART: Readonly<Record<string, number>> = {
  torchserve: 50,
  tfserving: 100,
  triton_pytorch: 200,
  triton_tensorflow: 400,
};

/** Requests a second of a path; flat from 10 to 100 virtual users where nothing else is said. */
export type CurveOf = (path: Path, virtualUsers: number) => number;

const measure = (cell: Cell, curveOf: CurveOf): CellRecord => {
  const users = cell.level.loop === 'closed' ? cell.level.virtualUsers : 1;
  const rate = curveOf(cell.path, users) * (1 + 0.01 * Math.sin(cell.repeat + users));
  const latencyMs = (users / rate) * 1000;
  const answers = Math.round(rate * WINDOW_SECONDS);
  return completedCell(
    cell,
    loadResult(
      Array.from({ length: answers }, () => latencyMs),
      WINDOW_SECONDS,
    ),
    // So little that the fastest path leaves the middleware time to spare.
    { middleware: { processes: 2, cpuMs: answers, busiestCpuShare: 0.4, rssBytes: 200_000_000 } },
  );
};

/** A run of the servings of the study that early stopping shortened, as the runner does it; the null engine takes no part. */
export const earlyRun = (
  curveOf: CurveOf = ({ serving }) => FAR_APART[serving] ?? 1,
  stopEarly = true,
): RunData => {
  const options = resolvePlanOptions({
    seed: 3,
    stopEarly,
    scenarios: ['warm'],
    levels: EARLY_RUN_USERS.map(closed),
    repeats: 5,
    durationSeconds: WINDOW_SECONDS,
    ceilings: 'none',
  });
  const cells = buildCells(recordedPaths(), options);
  const stopping = createEarlyStopping({ cells, options }, [], undefined);
  const whole = recordedRun({ scenarios: ['warm'], repeats: 1 });
  return {
    ...whole,
    plan: { ...whole.plan, cells },
    records: [
      ...whole.records.filter(({ kind }) => kind !== 'cell'),
      ...cells.map((cell) => {
        const record = stopping.leftOut(cell, AT) ?? measure(cell, curveOf);
        stopping.note(record);
        return record;
      }),
    ],
  };
};
