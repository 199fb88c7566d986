import { BenchError } from '../model/errors.ts';
import type { Plan } from '../model/plan.ts';
import type { Child } from './child.ts';
import type { RunInputs } from './image-inputs.ts';
import { createLoadProcess, type LoadProcess } from './load-process.ts';
import { defaultImagesDir } from './project-files.ts';
import { startMiddleware, type RunningMiddleware } from './middleware-process.ts';
import type { ServingSlot } from './serving-slot.ts';

/** What the measurements of a plan are measured with. */
export interface Rig {
  readonly slot: ServingSlot;
  /** The middleware, restarted if it has ended. */
  readonly middleware: () => Promise<RunningMiddleware>;
  readonly load: LoadProcess;
  readonly stop: () => Promise<void>;
}

/** How much longer than the client the middleware waits. */
const UPSTREAM_EXTRA_MS = 5000;

const isRunning = ({ process }: Child): boolean =>
  process.exitCode === null && process.signalCode === null;

/** @param inputs what is sent: images, or the requests of a user's model */
export const createRig = (
  plan: Plan,
  { imagesDir, tensorModelFile }: Pick<RunInputs, 'imagesDir' | 'tensorModelFile'>,
  slot: ServingSlot,
): Rig => {
  let current: RunningMiddleware | undefined;
  const load = createLoadProcess(plan.options.loadGenerator);
  return {
    slot,
    load,
    middleware: async () => {
      if (current !== undefined && isRunning(current.child)) return current;
      current = await startMiddleware({
        servingUrls: slot.urls,
        weightsTrained: slot.weightsTrained,
        // It starts only if it has images to draw from.
        imagesDir: tensorModelFile === undefined ? imagesDir : defaultImagesDir,
        tensorModelFile,
        port: 0,
        processes: plan.settings.processes,
        settings: plan.options.middleware,
        // Longer than the client waits, so that a timeout is always the client's.
        upstreamTimeoutMs:
          Math.max(...plan.measurements.map(({ timeoutMs }) => timeoutMs)) + UPSTREAM_EXTRA_MS,
        seed: plan.seed,
      });
      return current;
    },
    stop: async () => {
      await Promise.all([load.stop(), slot.stop(), current?.stop()]);
    },
  };
};

/**
 * Runs work that needs a serving and the middleware; if one of them ends, the work is aborted.
 *
 * @throws BenchError with the last words of what ended; otherwise like the work.
 */
export const whileAlive = async <Result>(
  needed: readonly {
    /** Resolves with how it ended. */
    readonly ended: Promise<string>;
    /** Asked when it has ended. */
    readonly code: () => `BENCH_${string}`;
    readonly name: string;
  }[],
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> => {
  const death = new AbortController();
  let isOver = false;
  for (const { ended, code, name } of needed) {
    void ended.then((how) => {
      if (!isOver) death.abort(new BenchError(code(), `${name} ended: ${how}`));
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
