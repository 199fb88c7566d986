import { manifestOf, servingFactsOf, type ServingName } from '../../../serving-configs/index.ts';
import type { ServingUrls } from '../../../serving-configs/manifest.ts';
import { manifestModelOf, type Model } from '../../../serving-configs/models/model.ts';
import { settingsId } from '../../../serving-configs/settings.ts';
import { withTimeLimit } from '../../../serving-configs/time-limit.ts';
import type { ServingReady, ServingState } from '../../aws/contract/serving-state.ts';
import { readFigures } from '../../aws/node/sampler/read-figures.ts';
import { BenchError } from '../model/errors.ts';
import type { PlanOptions } from '../model/plan-options.ts';
import { measureRoundTrip } from '../run/round-trip.ts';
import type { NodeServing, Runtime } from '../run/servings/runtime.ts';
import { createSystem, type SystemUnderTest } from '../run/servings/system-under-test.ts';
import type { ServingCommands } from './serving-commands.ts';

const BYTES_PER_MIB = 2 ** 20;

/** How long the end of a run waits for the serving to stop. If it takes longer, the next start stops it. */
const STOP_MS = 8000;

/** @throws BenchError if the serving has ended. */
const assertAlive = (serving: ServingName, { state, lastLines = '' }: ServingState): void => {
  if (state === 'active') return;
  const output = lastLines === '' ? '' : `; its last lines:\n${lastLines}`;
  throw new BenchError(
    'BENCH_SERVING_DIED',
    `${servingFactsOf(serving).title} ended during the measurement (${state})${output}`,
  );
};

/** The servings of a serving node. */
export interface ServedOnNode {
  /** Private address of the node. */
  readonly host: string;
  readonly servings: readonly ServingName[];
  readonly model: NodeModel;
  /** See {@link createSystem}. */
  readonly options: Pick<PlanOptions, 'delayMs' | 'delayPerInputMs'>;
}

/** A model that a serving node serves. */
interface NodeModel extends Pick<Model, 'kind' | 'name'> {
  /** The parameters of the document `StartServing` that say where the node gets it from; none if it has it. */
  readonly parameters: Readonly<Record<string, string>>;
}

const urlsOn = (host: string, serving: ServingName): ServingUrls => {
  const { rest, grpc } = servingFactsOf(serving);
  const urls = { rest: `http://${host}:${rest.port}` };
  return grpc === undefined ? urls : { ...urls, grpc: `http://${host}:${grpc.port}` };
};

/** Starts servings on the serving node, each on its platform's port. A start also stops the serving that ran before. */
const createNodeRuntime = (
  commands: ServingCommands,
  host: string,
  stop: () => Promise<void>,
): Pick<Runtime<NodeModel>, 'start'> => {
  /** Only containers may serve statistics on a port of their own; simulated servings use the REST port. */
  const statisticsUrlOf = (
    serving: ServingName,
    model: NodeModel,
    runtime: ServingReady['runtime'],
  ): string | undefined => {
    const { rest, statistics } = manifestOf(serving, manifestModelOf(model));
    if (statistics === undefined) return undefined;
    const port = runtime === 'container' ? statistics.port : rest.port;
    return `http://${host}:${port}${statistics.path}`;
  };

  const usedIn: NodeServing['usedIn'] = async ({ fromMs, toMs }, parts, signal) => {
    const parameters = { FromMs: String(fromMs), ToMs: String(toMs), Parts: String(parts) };
    const { memory = [] } = await commands.run('InspectServing', parameters, signal);
    return memory.map(({ usedBytes, gpuUsedMiB }) => ({
      memoryMiB: usedBytes && usedBytes / BYTES_PER_MIB,
      gpuMemoryMiB: gpuUsedMiB,
    }));
  };

  const disturb: NodeServing['disturb'] = async (fault, atMs, seconds, signal) => {
    const forMs = Math.round(seconds * 1000);
    const parameters = { Fault: fault, AtMs: String(atMs), ForMs: String(forMs) };
    return (await commands.run('DisturbServing', parameters, signal)).atMs;
  };

  return {
    start: async ({ name, backend }, model, settings, signal) => {
      const { kind } = backend;
      const parameters = {
        Serving: name,
        Engine: kind === 'model' ? 'onnx' : kind,
        ...(kind === 'delay' && { DelayMs: String(backend.ms) }),
        ...(kind === 'delay' &&
          backend.perInputMs !== undefined && { DelayPerInputMs: String(backend.perInputMs) }),
        ...(kind !== 'noop' && settings !== undefined && { Settings: settingsId(settings) }),
        ...model.parameters,
      };
      const ready = await commands.run('StartServing', parameters, signal);
      return {
        place: 'node',
        urls: urlsOn(host, name),
        statisticsUrl: statisticsUrlOf(name, model, ready.runtime),
        timeToReadyMs: ready.timeToReadyMs,
        roundTripMs: (callSignal) =>
          measureRoundTrip(host, servingFactsOf(name).rest.port, callSignal),
        inspect: async ({ fromMs, toMs }, callSignal) => {
          const window = { FromMs: String(fromMs), ToMs: String(toMs) };
          const [state, middleware] = await Promise.all([
            commands.run('InspectServing', window, callSignal),
            readFigures(fromMs, toMs),
          ]);
          assertAlive(name, state);
          return { serving: state.figures, middleware };
        },
        usedIn,
        disturb,
        stop,
      };
    },
  };
};

/** Creates a system whose servings run one after the other on the serving node. */
export const createNodeSystem = (
  commands: ServingCommands,
  served: ServedOnNode,
): SystemUnderTest => {
  const { host, servings, model, options } = served;
  const stop = async (): Promise<void> => {
    await withTimeLimit(STOP_MS, undefined, (limited) =>
      commands.run('StopServing', {}, limited),
    ).catch(() => undefined);
  };
  const runtime = createNodeRuntime(commands, host, stop);
  const ports = { rest: 0, grpc: 0 };
  return createSystem({
    delayMs: options.delayMs,
    delayPerInputMs: options.delayPerInputMs,
    urls: Object.fromEntries(servings.map((serving) => [serving, urlsOn(host, serving)])),
    start: ({ serving: name, settings }, backend, signal) =>
      runtime.start({ name, backend, ports }, model, settings, signal),
    stop,
  });
};
