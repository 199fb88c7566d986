import type { ServingName } from '../../../serving-configs/index.ts';
import type { Engine } from '../plan/cell.ts';
import { freePorts } from './free-ports.ts';
import type { RunningServing } from './running-serving.ts';
import { startServing } from './serving-process.ts';

/**
 * Room for one serving at a time, here or on another machine. Each keeps its URL over all its restarts, so that the
 * middleware need not know.
 */
export interface ServingSlot {
  /** Base URLs of all servings that may run here. */
  readonly urls: Readonly<Partial<Record<ServingName, string>>>;
  readonly current: () => RunningServing | undefined;
  /**
   * Stops what runs, then starts the serving and waits until it is ready.
   *
   * @throws BenchError where it ends before that or is not ready in time.
   */
  readonly start: (
    serving: ServingName,
    engine: Engine,
    signal: AbortSignal,
  ) => Promise<RunningServing>;
  readonly stop: () => Promise<void>;
}

/** A slot whose servings are children of this process, on free ports of this machine. */
export const createLocalSlot = async (
  servings: readonly ServingName[],
  modelFile: string | undefined,
): Promise<ServingSlot> => {
  const ports = await freePorts(servings.length);
  const portOf = new Map(servings.map((serving, index) => [serving, ports[index] ?? 0]));
  let running: RunningServing | undefined;
  const stop = async (): Promise<void> => {
    const stopping = running;
    running = undefined;
    await stopping?.stop();
  };
  return {
    urls: Object.fromEntries(
      [...portOf].map(([serving, port]) => [serving, `http://127.0.0.1:${port}`]),
    ),
    current: () => running,
    start: async (serving, engine, signal) => {
      await stop();
      const port = portOf.get(serving);
      if (port === undefined) throw new Error(`no port was set aside for ${serving}`);
      running = await startServing({ serving, engine, port, modelFile }, signal);
      return running;
    },
    stop,
  };
};
