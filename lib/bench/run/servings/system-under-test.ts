import { isDeepStrictEqual } from 'node:util';
import { protocolsOf, type ServingName } from '../../../../serving-configs/index.ts';
import type { ServingUrls } from '../../../../serving-configs/manifest.ts';
import { simulatedOf, type RunningServer } from '../../../../serving-configs/running-server.ts';
import {
  choosePorts,
  isListening,
  type RequestedPorts,
} from '../../../../serving-configs/runtimes/ports.ts';
import type { Model } from '../../../../serving-configs/models/model.ts';
import type { Engine, Target } from '../../model/measurement.ts';
import type { LocalRuntime, Plan } from '../../model/plan.ts';
import { docker } from './docker.ts';
import { running as runningServers, urlsOfServer } from './running.ts';
import type { Backend, RunningServing, Runtime } from './runtime.ts';
import { simulated } from './simulated.ts';
import { venv } from './venv.ts';

/** The runtimes of this machine. */
export const runtimes: Readonly<Record<LocalRuntime, Runtime>> = { simulated, venv, docker };

/** Whether the weights of each serving are trained; absent if unknown. */
export type WeightsTrained = Readonly<Partial<Record<ServingName, boolean>>>;

/** A serving with its settings. */
export type ConfiguredServing = Pick<Target, 'serving' | 'settings'>;

/**
 * The system under test: runs one serving at a time, or several beside each other, on this machine or another. Each serving keeps its
 * URLs if it can, so that the middleware need not restart.
 */
export interface SystemUnderTest {
  /**
   * URLs of all servings of the plan, and of the simulated servers that replace running servers. Another object after a serving had to be
   * started on other ports, because another program had taken its own.
   */
  readonly urls: Readonly<Partial<Record<ServingName, ServingUrls>>>;
  /** For servings whose answers do not say it; undefined if unknown. */
  readonly weightsTrained?: WeightsTrained;
  /** Undefined if it does not run, or has other settings. */
  readonly running: (serving: ConfiguredServing) => RunningServing | undefined;
  /**
   * Stops what runs, then starts a serving and waits until it is ready.
   *
   * @throws BenchError if it ends before that or is not ready in time.
   */
  readonly start: (
    serving: ConfiguredServing,
    engine: Engine,
    signal: AbortSignal,
  ) => Promise<RunningServing>;
  /** Like `start`, but stops only the same serving. Not on nodes, which run one serving. */
  readonly startBeside: SystemUnderTest['start'];
  /** Like `start`, with the engine `delay`: each answer takes `delayMs`, one at a time. */
  readonly startDelayed: (
    serving: ConfiguredServing,
    delayMs: number,
    signal: AbortSignal,
  ) => Promise<RunningServing>;
  /** Stops a serving, by default all. */
  readonly stop: (serving?: ServingName) => Promise<void>;
}

/** How a system under test starts and stops its servings. */
interface SystemParts extends Pick<SystemUnderTest, 'urls' | 'weightsTrained'> {
  /** Time of each answer of the engine `delay`, or of each batch, and what each of its inputs adds. */
  readonly delayMs?: number | undefined;
  readonly delayPerInputMs?: number | undefined;
  readonly start: (
    serving: ConfiguredServing,
    backend: Backend,
    signal: AbortSignal,
  ) => Promise<RunningServing>;
  /** Stops what runs before another serving is started; absent if `start` does that itself. */
  readonly makeRoom?: (running: RunningServing) => Promise<void>;
  /** @param running undefined if none was started, or its start failed */
  readonly stop: (running: RunningServing | undefined) => Promise<void>;
}

/** Creates a system under test. */
export const createSystem = (work: SystemParts): SystemUnderTest => {
  const { weightsTrained, delayMs = 0, delayPerInputMs } = work;
  const running = new Map<
    ServingName,
    { readonly as: ConfiguredServing; readonly it: RunningServing }
  >();
  /** Forgets a serving, by default all, and returns what ran. */
  const take = (serving?: ServingName): readonly RunningServing[] => {
    const taken = [...running].filter(([name]) => serving === undefined || name === serving);
    for (const [name] of taken) running.delete(name);
    return taken.map(([, { it }]) => it);
  };
  const startAfter = async (
    before: readonly RunningServing[],
    ...[serving, backend, signal]: Parameters<SystemParts['start']>
  ): Promise<RunningServing> => {
    await Promise.all(before.map(async (each) => work.makeRoom?.(each)));
    const started = await work.start(serving, backend, signal);
    running.set(serving.serving, { as: serving, it: started });
    return started;
  };
  const backends: Readonly<Record<Engine, Backend>> = {
    onnx: { kind: 'model' },
    noop: { kind: 'noop' },
    delay: { kind: 'delay', ms: delayMs, perInputMs: delayPerInputMs },
  };
  return {
    get urls() {
      return work.urls;
    },
    ...(weightsTrained !== undefined && { weightsTrained }),
    running: ({ serving, settings }) => {
      const found = running.get(serving);
      return isDeepStrictEqual(found?.as.settings, settings) ? found?.it : undefined;
    },
    start: (serving, engine, signal) => startAfter(take(), serving, backends[engine], signal),
    startBeside: (serving, engine, signal) =>
      startAfter(take(serving.serving), serving, backends[engine], signal),
    startDelayed: (serving, ms, signal) =>
      startAfter(take(), serving, { kind: 'delay', ms }, signal),
    stop: async (serving) => {
      const taken = take(serving);
      if (taken.length === 0) await work.stop(undefined);
      else await Promise.all(taken.map(work.stop));
    },
  };
};

/** The parts of a plan that say which software answers. */
export type PlannedRuntime = Pick<Plan, 'runtime' | 'served' | 'settings'>;

/** The runtime on this machine of a plan, or of one serving with a backend. Only simulated servers have other backends. */
export const runtimeOf = ({ runtime }: Pick<Plan, 'runtime'>, backend: Backend): Runtime =>
  backend.kind === 'model' && (runtime === 'venv' || runtime === 'docker')
    ? runtimes[runtime]
    : simulated;

/**
 * The facts about weights that the middleware cannot learn from answers: those of the simulated server contain them, those of the
 * real servers do not.
 */
export const weightsTrainedOf = (
  { runtime, settings: { modelFiles } }: Pick<PlannedRuntime, 'runtime' | 'settings'>,
  servings: readonly ServingName[],
): WeightsTrained => {
  if (runtime !== 'venv' && runtime !== 'docker') return {};
  const trained = runtime === 'venv' ? modelFiles !== undefined : modelFiles?.trained;
  return trained === undefined
    ? {}
    : Object.fromEntries(servings.map((serving) => [serving, trained]));
};

/** The URLs of a serving on these ports of this machine, and of the simulated server that replaces a running server. */
const urlsOn = (
  serving: ServingName,
  server: RunningServer | undefined,
  ports: RequestedPorts,
): SystemUnderTest['urls'] => {
  const urls = Object.fromEntries(
    protocolsOf(server ?? serving).map((protocol) => [
      protocol,
      `http://127.0.0.1:${ports[protocol]}`,
    ]),
  );
  return server === undefined
    ? { [serving]: urls }
    : { [serving]: urlsOfServer(server), [simulatedOf(server).name]: urls };
};

/** The servings of a system on this machine. */
interface LocalServings extends PlannedRuntime {
  readonly servings: readonly ServingName[];
  /** The running servers among them. */
  readonly servers: readonly RunningServer[];
  readonly model: Model;
  readonly delayMs?: number | undefined;
  readonly delayPerInputMs?: number | undefined;
}

/** Free ports for servings. */
const portsFor = async (
  servings: readonly ServingName[],
): Promise<Map<ServingName, RequestedPorts>> => {
  const ports = [...(await choosePorts(servings.flatMap(() => [0, 0])))];
  return new Map(
    servings.map((serving) => [serving, { rest: ports.pop() ?? 0, grpc: ports.pop() ?? 0 }]),
  );
};

/** Whether another program has taken one of the ports of a serving that did not start. */
const isTaken = async ({ rest, grpc }: RequestedPorts): Promise<boolean> =>
  (await isListening(rest)) || isListening(grpc);

const stopStarted = async (started: RunningServing | undefined): Promise<void> => started?.stop();

/** Creates a system whose servings are started by this process, on free ports, or run already. */
export const createLocalSystem = async ({
  servings,
  servers,
  model,
  delayMs,
  delayPerInputMs,
  ...planned
}: LocalServings): Promise<SystemUnderTest> => {
  const serverOf = (id: ServingName) => servers.find(({ name }) => name === id);
  const portsOf = await portsFor(servings);
  const urlsOfAll = (): SystemUnderTest['urls'] =>
    Object.assign({}, ...[...portsOf].map(([name, own]) => urlsOn(name, serverOf(name), own)));
  let urls = urlsOfAll();
  return createSystem({
    get urls() {
      return urls;
    },
    weightsTrained: weightsTrainedOf(planned, servings),
    delayMs,
    delayPerInputMs,
    start: async ({ serving: name, settings }, backend, signal) => {
      const server = serverOf(name);
      const isRunning = server !== undefined && backend.kind === 'model';
      const runtime = isRunning ? runningServers : runtimeOf(planned, backend);
      const { modelFor } = await import('../../../../serving-configs/models/model.ts');
      const startOn = (ports: RequestedPorts): Promise<RunningServing> =>
        runtime.start(
          { name, server, backend, ports, served: planned.served?.[name] },
          modelFor(model, settings),
          settings,
          signal,
        );
      const own = portsOf.get(name);
      if (own === undefined) throw new Error(`${name} has no ports`);
      try {
        return await startOn(own);
      } catch (error) {
        signal.throwIfAborted();
        if (isRunning || !(await isTaken(own))) throw error;
        const [[, others = own] = []] = await portsFor([name]);
        portsOf.set(name, others);
        urls = urlsOfAll();
        return startOn(others);
      }
    },
    makeRoom: stopStarted,
    stop: stopStarted,
  });
};
