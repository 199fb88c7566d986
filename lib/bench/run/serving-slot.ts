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
import { startServing, type RunningServing } from './start-serving.ts';
import { joinRunningServer, urlsOfServer } from './running-servers/join-server.ts';

/** Runs one serving at a time, on this machine or another. Each serving keeps its URLs, so that the middleware need not restart. */
export interface ServingSlot {
  /** URLs of all servings of the plan, and of the simulated servers that replace running servers. */
  readonly urls: Readonly<Partial<Record<ServingName, ServingUrls>>>;
  /** For servings whose answers do not say it; undefined if unknown. */
  readonly weightsTrained?: WeightsTrained;
  readonly current: () => RunningServing | undefined;
  /**
   * Stops the current serving, then starts another and waits until it is ready.
   *
   * @throws BenchError if it ends before that or is not ready in time.
   */
  readonly start: (
    serving: ServingName,
    engine: Engine,
    signal: AbortSignal,
  ) => Promise<RunningServing>;
  /** Like `start`, with the engine `delay`: each answer takes `delayMs`, one at a time. */
  readonly startDelayed: (
    serving: ServingName,
    delayMs: number,
    signal: AbortSignal,
  ) => Promise<RunningServing>;
  readonly stop: () => Promise<void>;
}

/** The servings of a local slot and how to start them. */
interface LocalServings extends Pick<ServingSpec, 'modelFile' | 'tensorModelFile' | 'delayMs'> {
  readonly servings: readonly ServingName[];
  readonly runtime: RuntimeSpec;
}

/** The URLs of a serving on these ports of this machine, and of the simulated server that replaces a running server. */
const urlsOn = (
  serving: ServingName,
  ports: { readonly rest: number; readonly grpc: number },
): ServingSlot['urls'] => {
  const urls = Object.fromEntries(
    protocolsOf(serving).map((protocol) => [protocol, `http://127.0.0.1:${ports[protocol]}`]),
  );
  const server = runningServerOf(serving);
  return server === undefined
    ? { [serving]: urls }
    : { [serving]: urlsOfServer(server), [simulatedOf(server).name]: urls };
};

/** Creates a slot whose servings are children of this process, on free ports, or running servers. */
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
    answerMs: number | undefined,
    signal: AbortSignal,
  ): Promise<RunningServing> => {
    await stop();
    const servingPorts = portsOf.get(serving);
    if (servingPorts === undefined) throw new Error(`${serving} has no ports`);
    const server = runningServerOf(serving);
    if (server !== undefined && engine === 'onnx') {
      running = await joinRunningServer(server, signal);
      return running;
    }
    const { rest: port, grpc: grpcPort } = servingPorts;
    running = await startServing(
      { serving, engine, port, grpcPort, modelFile, tensorModelFile, runtime, delayMs: answerMs },
      signal,
    );
    return running;
  };
  const urls = [...portsOf].map(([serving, servingPorts]) => urlsOn(serving, servingPorts));
  return {
    urls: Object.assign({}, ...urls) as ServingSlot['urls'],
    weightsTrained: weightsTrainedOf(runtime, servings, modelFile),
    current: () => running,
    start: (serving, engine, signal) => start(serving, engine, delayMs, signal),
    startDelayed: (serving, answerMs, signal) => start(serving, 'delay', answerMs, signal),
    stop,
  };
};
