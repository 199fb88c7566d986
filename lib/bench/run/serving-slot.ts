import { protocolsOf, runningServerOf, type ServingName } from '../../../serving-configs/index.ts';
import { simulatedOf } from '../../../serving-configs/running-server.ts';
import type { ServingUrls } from '../../../serving-configs/manifest.ts';
import { choosePorts } from '../../../serving-configs/runtimes/ports.ts';
import type { Engine } from '../model/measurement.ts';
import {
  type RuntimeSpec,
  type ServingSpec,
  type WeightsTrained,
  weightsTrainedOf,
} from './serving-launch.ts';
import { startServing, type RunningServing } from './serving-process.ts';
import { joinRunningServer, urlsOfServer } from './running-servers/join-server.ts';

/**
 * Runs one serving at a time, here or on another machine. Each keeps its URL over all its restarts, so that the middleware need not
 * be told.
 */
export interface ServingSlot {
  /** Of all servings that may run here, and of what stands in the place of running servers. */
  readonly urls: Readonly<Partial<Record<ServingName, ServingUrls>>>;
  /** For servings that do not say it in their answers; undefined if unknown. */
  readonly weightsTrained?: WeightsTrained;
  readonly current: () => RunningServing | undefined;
  /**
   * Stops what runs, then starts the serving and waits until it is ready.
   *
   * @throws BenchError if it ends before that or is not ready in time.
   */
  readonly start: (
    serving: ServingName,
    engine: Engine,
    signal: AbortSignal,
  ) => Promise<RunningServing>;
  /** Like `start`, for a serving that takes this long for each request, one at a time. */
  readonly startDelayed: (
    serving: ServingName,
    delayMs: number,
    signal: AbortSignal,
  ) => Promise<RunningServing>;
  readonly stop: () => Promise<void>;
}

/** What the servings of a local slot are started with. */
interface LocalServings extends Pick<ServingSpec, 'modelFile' | 'tensorModelFile' | 'delayMs'> {
  readonly servings: readonly ServingName[];
  readonly runtime: RuntimeSpec;
}

/** A slot whose servings are children of this process, on free ports of this machine, or servers that run already. */
export const createLocalSlot = async ({
  servings,
  runtime,
  modelFile,
  tensorModelFile,
  delayMs,
}: LocalServings): Promise<ServingSlot> => {
  const ports = [...(await choosePorts(servings.flatMap(() => [0, 0])))];
  const portsOf = new Map(
    servings.map((serving) => [serving, { rest: ports.pop() ?? 0, grpc: ports.pop() ?? 0 }]),
  );
  let running: RunningServing | undefined;
  const stop = async (): Promise<void> => {
    const stopping = running;
    running = undefined;
    await stopping?.stop();
  };
  const start = async (
    serving: ServingName,
    engine: Engine,
    ownDelayMs: number | undefined,
    signal: AbortSignal,
  ): Promise<RunningServing> => {
    await stop();
    const own = portsOf.get(serving);
    if (own === undefined) throw new Error(`no ports were set aside for ${serving}`);
    const server = runningServerOf(serving);
    if (server !== undefined && engine === 'onnx') {
      running = await joinRunningServer(server, signal);
      return running;
    }
    const place = { serving, engine, port: own.rest, grpcPort: own.grpc };
    running = await startServing(
      { ...place, modelFile, tensorModelFile, runtime, delayMs: ownDelayMs },
      signal,
    );
    return running;
  };
  const ownUrls = [...portsOf].map(([serving, own]) => {
    const urls = Object.fromEntries(
      protocolsOf(serving).map((protocol) => [protocol, `http://127.0.0.1:${own[protocol]}`]),
    );
    const server = runningServerOf(serving);
    return server === undefined
      ? { [serving]: urls }
      : { [serving]: urlsOfServer(server), [simulatedOf(server).name]: urls };
  });
  return {
    urls: Object.assign({}, ...ownUrls) as ServingSlot['urls'],
    weightsTrained: weightsTrainedOf(runtime, servings, modelFile),
    current: () => running,
    start: (serving, engine, signal) => start(serving, engine, delayMs, signal),
    startDelayed: (serving, ownDelayMs, signal) => start(serving, 'delay', ownDelayMs, signal),
    stop,
  };
};
