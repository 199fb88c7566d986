import { array, constantFrom, integer, nat, record, subarray, type Arbitrary } from 'fast-check';
import { createRandom } from '../../lib/bench/load/random.ts';
import type { Cell, Path } from '../../lib/bench/plan/cell.ts';
import type { CompletedCell, FailedCell, ResultRecord } from '../../lib/bench/results/record.ts';
import type { RunData } from '../../lib/bench/results/run-folder.ts';
import { createCellQueue } from '../../lib/bench/run/cell-queue.ts';
import { completedCell, loadResult, recordedEnvironment, recordedPaths } from './recorded-run.ts';
import { searchedPlan } from './searched-plan.ts';

/** What one window of a search gives, at a rate that the path carries or not. */
type Behaviour = (
  cell: Cell,
  isCarried: boolean,
  random: () => number,
) => CompletedCell | FailedCell;

/** Later than every bound that is searched. */
const LATE_MS = 90;

/** A window in which a share of the requests is late. */
const windowOf = (cell: Cell, lateShare: number): CompletedCell => {
  const { level, durationSeconds } = cell;
  const rate = level.loop === 'open' ? level.ratePerSecond : 0;
  const requests = Math.round(rate * durationSeconds);
  const late = Math.round(requests * lateShare);
  const latenciesMs = Array.from({ length: requests }, (_, place) =>
    place < late ? LATE_MS : 4 + (place % 7),
  );
  return completedCell(cell, loadResult(latenciesMs, durationSeconds));
};

/** A cell that tells a search where to begin: one server that serves one request at a time, the null engine five times as fast. */
const pilotOf = (cell: Cell, users: number, aloneMs: number): CompletedCell => {
  const { engine, durationSeconds } = cell;
  const serviceMs = engine === 'null' ? aloneMs / 5 : aloneMs;
  const answers = Math.round((durationSeconds * 1000) / serviceMs);
  const latenciesMs = Array.from({ length: answers }, () => serviceMs * users);
  return completedCell(cell, loadResult(latenciesMs, durationSeconds));
};

const carriedOrNot: Behaviour = (cell, isCarried, random) =>
  windowOf(cell, isCarried ? random() * 0.004 : 0.03 + random() * 0.9);

const failed: Behaviour = (cell) => ({
  kind: 'cell',
  state: 'failed',
  cell,
  startedAt: '2026-01-02T03:04:00.000Z',
  finishedAt: '2026-01-02T03:04:30.000Z',
  code: 'BENCH_SERVING_FAILED',
  message: 'the serving ended with code 137, "killed" | <oom>',
});

/** How a path behaves that a search is for. */
export const BEHAVIOURS = {
  carriedOrNot,
  /** So close to 1 % at every rate that some windows do not tell, and together may. */
  close: (cell, isCarried, random) =>
    windowOf(cell, isCarried ? 0.006 + random() * 0.004 : 0.0095 + random() * 0.006),
  never: (cell) => windowOf(cell, 0.5),
  /** What is measured again is not carried. */
  unconfirmed: (cell, isCarried, random) =>
    cell.window?.purpose === 'confirmation'
      ? windowOf(cell, 0.2)
      : carriedOrNot(cell, isCarried, random),
  lateLoadEngine: (cell, isCarried, random) => {
    const measured = windowOf(cell, isCarried ? random() * 0.002 : 0.5);
    return isCarried ? measured : { ...measured, load: { ...measured.load, delayedShare: 0.3 } };
  },
  busyMiddleware: (cell, isCarried) => {
    const measured = windowOf(cell, isCarried ? 0 : 0.5);
    return isCarried
      ? measured
      : { ...measured, middleware: { ...measured.middleware, busiestCpuShare: 0.993 } };
  },
  /** So many requests fail that the answers to the others are few. */
  erring: (cell, isCarried, random) => {
    if (isCarried) return carriedOrNot(cell, isCarried, random);
    const { load, ...measured } = windowOf(cell, 0);
    const answers = Array.from({ length: Math.round(load.succeeded / 10) }, () => 9);
    const failures = load.succeeded - answers.length;
    const extra = { failed: failures, failures: { timeout: failures } };
    return { ...measured, load: loadResult(answers, cell.durationSeconds, extra) };
  },
  failing: (cell, isCarried, random) =>
    isCarried ? carriedOrNot(cell, isCarried, random) : failed(cell, isCarried, random),
} as const satisfies Readonly<Record<string, Behaviour>>;

export interface SearchedRun {
  readonly bounds: readonly number[];
  /** One a path, in turn. */
  readonly behaviours: readonly Behaviour[];
  /** What the path carries, in requests/s. */
  readonly limit: number;
  /** Half of the requests of one user alone take so long. */
  readonly aloneMs: number;
  /** The run was cut off after so many records. */
  readonly most: number;
  readonly seed: number;
  readonly paths: readonly Path[];
}

/** Runs a plan of searches, whose windows follow from each other, to its end or until it is cut off. */
export const searchedRun = ({
  bounds,
  behaviours,
  limit,
  aloneMs,
  most,
  seed,
  paths,
}: SearchedRun): RunData => {
  const plan = searchedPlan(bounds, paths);
  const random = createRandom(seed);
  const records: ResultRecord[] = [];
  const queue = createCellQueue(plan, plan.cells, () => false, []);
  for (let next = queue.next(); next !== undefined && records.length < most; next = queue.next()) {
    const { cell } = next;
    const { level, path } = cell;
    const behaviour = behaviours[paths.indexOf(path) % behaviours.length] ?? carriedOrNot;
    const measured =
      level.loop === 'closed'
        ? pilotOf(cell, level.virtualUsers, aloneMs)
        : behaviour(cell, level.ratePerSecond <= limit, random);
    records.push(measured);
    queue.note(measured);
  }
  return { plan, environment: recordedEnvironment, records };
};

/** Runs with searches that end in every way that one can end in, or do not end. */
export const randomSearchedRuns: Arbitrary<RunData> = record({
  bounds: constantFrom<readonly number[]>([15], [15, 50]),
  behaviours: array(constantFrom<Behaviour>(...Object.values(BEHAVIOURS)), {
    minLength: 1,
    maxLength: 3,
  }),
  limit: integer({ min: 20, max: 120 }),
  aloneMs: constantFrom(5, 5, 5, 30),
  most: constantFrom(Infinity, Infinity, 3, 12),
  seed: nat(),
  paths: subarray([...recordedPaths()], { minLength: 1, maxLength: 2 }),
}).map(searchedRun);

/** One run for each way of behaving, one in which no path can be fast enough, and one that was cut off at its first search. */
export const eventfulSearches = (): readonly RunData[] => {
  const usual: SearchedRun = {
    bounds: [15],
    behaviours: [carriedOrNot],
    limit: 60,
    aloneMs: 5,
    most: Infinity,
    seed: 3,
    paths: recordedPaths().slice(0, 1),
  };
  return [
    ...Object.values(BEHAVIOURS).map((behaviour) =>
      searchedRun({ ...usual, behaviours: [behaviour] }),
    ),
    searchedRun({ ...usual, aloneMs: 30 }),
    searchedRun({ ...usual, bounds: [15, 50], most: 9 }),
    searchedRun({ ...usual, most: 0 }),
  ];
};
