import { manifestOf, type ServingName } from '../../../serving-configs/index.ts';
import type { ServingUrls } from '../../../serving-configs/manifest.ts';
import type { ServingReady, ServingState } from '../../deployment/serving-state.ts';
import { readFigures } from '../../node/sampler/read-figures.ts';
import { BenchError } from '../model/errors.ts';
import type { ProcessFault } from '../model/fault.ts';
import type { MeasurementNodes } from '../model/record.ts';
import type { ResourceUse } from '../model/stability.ts';
import type { RunningServing, WindowEdges } from '../run/serving-process.ts';
import type { ServingSlot } from '../run/serving-slot.ts';
import { measureRoundTrip } from '../run/round-trip.ts';
import type { ServingCommands } from './serving-commands.ts';

const BYTES_PER_MIB = 2 ** 20;

/** How long the end of a run waits for the serving to stop. Whatever is left, the next start stops. */
const STOP_MS = 8000;

/** @throws BenchError where the serving ended. */
const assertAlive = (serving: ServingName, { state, lastWords = '' }: ServingState): void => {
  if (state === 'active') return;
  const words = lastWords === '' ? '' : `; its last lines:\n${lastWords}`;
  throw new BenchError(
    'BENCH_SERVING_DIED',
    `${manifestOf(serving).title} ended during the measurement (${state})${words}`,
  );
};

/** What runs on a serving node. */
export interface ServedOnNode {
  /** Private address of the node. */
  readonly host: string;
  readonly servings: readonly ServingName[];
  /** A user's model: its name, and the parameter `Model` of the document that starts them; undefined: ResNet-50. */
  readonly model: { readonly name: string; readonly parameter: string } | undefined;
}

/** A slot whose servings run on the serving node of the pair, one after the other, each on its platform's own port. */
export const createSsmSlot = (
  commands: ServingCommands,
  { host, servings, model }: ServedOnNode,
): ServingSlot => {
  const urlsOf = (serving: ServingName): ServingUrls => {
    const { rest, grpc } = manifestOf(serving);
    const urls = { rest: `http://${host}:${rest.port}` };
    return grpc === undefined ? urls : { ...urls, grpc: `http://${host}:${grpc.port}` };
  };
  /** What runs no container answers behind the one port of REST. */
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
    await commands.run('StopServing', {}, AbortSignal.timeout(STOP_MS)).catch(() => undefined);
  };

  const usedIn = async (
    { fromMs, toMs }: WindowEdges,
    parts: number,
    signal: AbortSignal,
  ): Promise<readonly ResourceUse[]> => {
    const asked = { FromMs: String(fromMs), ToMs: String(toMs), Parts: String(parts) };
    const { memory = [] } = await commands.run('InspectServing', asked, signal);
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
    const asked = { Fault: fault, AtMs: String(atMs), ForMs: String(Math.round(seconds * 1000)) };
    return (await commands.run('DisturbServing', asked, signal)).atMs;
  };

  const inspect = async (
    serving: ServingName,
    { fromMs, toMs }: WindowEdges,
    signal: AbortSignal,
  ): Promise<{ nodes: MeasurementNodes }> => {
    const window = { FromMs: String(fromMs), ToMs: String(toMs) };
    const [state, middleware] = await Promise.all([
      commands.run('InspectServing', window, signal),
      readFigures(fromMs, toMs),
    ]);
    assertAlive(serving, state);
    return { nodes: { serving: state.figures, middleware } };
  };

  // The document stops what runs by itself, so that a start is one command and not two.
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
      roundTripMs: (either) => measureRoundTrip(host, manifestOf(serving).rest.port, either),
      timeToReadyMs: ready.timeToReadyMs,
      // Nobody tells while it runs; the inspection after the window does.
      ended: new Promise(() => undefined),
      cpuMs: async () => undefined,
      inspect: (window, either) => inspect(serving, window, either),
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
