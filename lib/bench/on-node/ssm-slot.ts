import { manifestOf, type ServingName } from '../../../serving-configs/index.ts';
import type { ServingUrls } from '../../../serving-configs/manifest.ts';
import { withTimeLimit } from '../../../serving-configs/time-limit.ts';
import type { ServingReady, ServingState } from '../../aws/contract/serving-state.ts';
import { readFigures } from '../../aws/node/sampler/read-figures.ts';
import { BenchError } from '../model/errors.ts';
import type { ProcessFault } from '../model/fault.ts';
import type { MeasurementNodes } from '../model/record.ts';
import type { ResourceUse } from '../model/stability.ts';
import type { RunningServing, WindowEdges } from '../run/start-serving.ts';
import type { ServingSlot } from '../run/serving-slot.ts';
import { measureRoundTrip } from '../run/round-trip.ts';
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
    `${manifestOf(serving).title} ended during the measurement (${state})${output}`,
  );
};

/** The servings of a serving node. */
export interface ServedOnNode {
  /** Private address of the node. */
  readonly host: string;
  readonly servings: readonly ServingName[];
  /** A user's model: its name, and the parameter `Model` of the document `StartServing`; undefined: ResNet-50. */
  readonly model: { readonly name: string; readonly parameter: string } | undefined;
}

/** Creates a slot whose servings run one after the other on the serving node, each on its platform's port. */
export const createSsmSlot = (
  commands: ServingCommands,
  { host, servings, model }: ServedOnNode,
): ServingSlot => {
  const urlsOf = (serving: ServingName): ServingUrls => {
    const { rest, grpc } = manifestOf(serving);
    const urls = { rest: `http://${host}:${rest.port}` };
    return grpc === undefined ? urls : { ...urls, grpc: `http://${host}:${grpc.port}` };
  };
  /** Only containers may serve statistics on a port of their own; simulated servings use the REST port. */
  const statisticsUrlOf = (
    serving: ServingName,
    runtime: ServingReady['runtime'],
  ): { statisticsUrl?: string } => {
    const { rest, statistics } = manifestOf(serving, model?.name);
    if (statistics === undefined) return {};
    const port = runtime === 'container' ? statistics.port : rest.port;
    return { statisticsUrl: `http://${host}:${port}${statistics.path}` };
  };
  let running: RunningServing | undefined;

  const stop = async (): Promise<void> => {
    running = undefined;
    await withTimeLimit(STOP_MS, undefined, (limited) =>
      commands.run('StopServing', {}, limited),
    ).catch(() => undefined);
  };

  const usedIn = async (
    { fromMs, toMs }: WindowEdges,
    parts: number,
    signal: AbortSignal,
  ): Promise<readonly ResourceUse[]> => {
    const parameters = { FromMs: String(fromMs), ToMs: String(toMs), Parts: String(parts) };
    const { memory = [] } = await commands.run('InspectServing', parameters, signal);
    return memory.map(({ usedBytes, gpuUsedMiB }) => ({
      memoryMiB: usedBytes && usedBytes / BYTES_PER_MIB,
      gpuMemoryMiB: gpuUsedMiB,
    }));
  };

  const disturb = async (
    fault: ProcessFault,
    atMs: number,
    seconds: number,
    signal: AbortSignal,
  ): Promise<number> => {
    const forMs = Math.round(seconds * 1000);
    const parameters = { Fault: fault, AtMs: String(atMs), ForMs: String(forMs) };
    return (await commands.run('DisturbServing', parameters, signal)).atMs;
  };

  const inspect = async (
    serving: ServingName,
    { fromMs, toMs }: WindowEdges,
    signal: AbortSignal,
  ): Promise<{ nodes: MeasurementNodes }> => {
    const parameters = { FromMs: String(fromMs), ToMs: String(toMs) };
    const [state, middleware] = await Promise.all([
      commands.run('InspectServing', parameters, signal),
      readFigures(fromMs, toMs),
    ]);
    assertAlive(serving, state);
    return { nodes: { serving: state.figures, middleware } };
  };

  // The document stops the running serving itself, which saves a command per start.
  const start = async (
    serving: ServingName,
    engine: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<RunningServing> => {
    running = undefined;
    const parameters = { Serving: serving, ...engine, ...(model && { Model: model.parameter }) };
    const ready = await commands.run('StartServing', parameters, signal);
    running = {
      urls: urlsOf(serving),
      ...statisticsUrlOf(serving, ready.runtime),
      roundTripMs: (callSignal) =>
        measureRoundTrip(host, manifestOf(serving).rest.port, callSignal),
      timeToReadyMs: ready.timeToReadyMs,
      // SSM does not report a death; the inspection after the window finds it.
      ended: new Promise(() => undefined),
      cpuMs: async () => undefined,
      inspect: (window, callSignal) => inspect(serving, window, callSignal),
      usedIn,
      disturb,
      stop,
    };
    return running;
  };

  return {
    urls: Object.fromEntries(servings.map((serving) => [serving, urlsOf(serving)])),
    current: () => running,
    start: (serving, engine, signal) => start(serving, { Engine: engine }, signal),
    startDelayed: (serving, delayMs, signal) =>
      start(serving, { Engine: 'delay', DelayMs: String(delayMs) }, signal),
    stop,
  };
};
