import { BenchError } from '../model/errors.ts';
import type { Plan } from '../model/plan.ts';
import { runFilesIn } from '../results/run-folder.ts';
import type { Child } from './child-process.ts';
import type { PreparedRun } from './prepare-run.ts';
import { createLoadProcess, type LoadProcess } from './load-process.ts';
import { startMiddleware, type RunningMiddleware } from './middleware-process.ts';
import { firstAnswersMs } from './middleware-requests.ts';
import type { SystemUnderTest } from './servings/system-under-test.ts';

/** The system under test, the middleware and the load generator that the measurements of a plan share. */
export interface TestBed {
  readonly system: SystemUnderTest;
  /** Returns the middleware, started again if it has ended, or if a serving has other ports. */
  readonly middleware: () => Promise<RunningMiddleware>;
  readonly load: LoadProcess;
  readonly stop: () => Promise<void>;
}

/** The middleware waits this much longer than the client, so that a timeout is always the client's. */
const UPSTREAM_EXTRA_MS = 5000;

const isRunning = ({ process }: Child): boolean =>
  process.exitCode === null && process.signalCode === null;

export const createTestBed = (
  plan: Plan,
  {
    folder,
    servers,
    dataSetDir,
    source,
  }: Pick<PreparedRun, 'folder' | 'servers' | 'dataSetDir' | 'source'>,
  system: SystemUnderTest,
): TestBed => {
  let current: RunningMiddleware | undefined;
  let knownUrls = system.urls;
  const load = createLoadProcess(plan.options.loadGenerator);
  return {
    system,
    load,
    middleware: async () => {
      if (current !== undefined && isRunning(current.child)) {
        if (knownUrls === system.urls) return current;
        await current.stop();
      }
      knownUrls = system.urls;
      current = await startMiddleware({
        servers,
        servingUrls: knownUrls,
        weightsTrained: system.weightsTrained,
        imagesDir: dataSetDir,
        model: source,
        port: 0,
        processes: plan.settings.processes,
        settings: plan.options.middleware,
        upstreamTimeoutMs:
          firstAnswersMs(Math.max(...plan.measurements.map(({ timeoutMs }) => timeoutMs))) +
          UPSTREAM_EXTRA_MS,
        seed: plan.seed,
        logFile: runFilesIn(folder).middlewareLog,
      });
      return current;
    },
    stop: async () => {
      await Promise.all([load.stop(), system.stop(), current?.stop()]);
    },
  };
};

/**
 * Runs work that needs other processes, and aborts it if one of them ends.
 *
 * @throws BenchError with the last lines of the process that ended; otherwise the errors of the work.
 */
export const whileAlive = async <Result>(
  needed: readonly {
    readonly ended: Promise<{ readonly code: `BENCH_${string}`; readonly how: string }>;
    readonly name: string;
  }[],
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> => {
  const death = new AbortController();
  let isOver = false;
  for (const { ended, name } of needed) {
    void ended.then(({ code, how }) => {
      if (!isOver) death.abort(new BenchError(code, `${name} ended: ${how}`));
    });
  }
  try {
    return await work(AbortSignal.any([signal, death.signal]));
  } catch (error) {
    signal.throwIfAborted();
    death.signal.throwIfAborted();
    throw error;
  } finally {
    isOver = true;
  }
};
