import { setTimeout as sleep } from 'node:timers/promises';
import { servingFactsOf, servingNames } from '../../../../serving-configs/index.ts';
import { serversVariable } from '../../../../serving-configs/running-server.ts';
import { NotRunning } from '../../../../serving-configs/runtimes/not-running.ts';
import { settingsArguments } from '../../../../serving-configs/runtimes/simulated-settings.ts';
import type { Model } from '../../../../serving-configs/models/model.ts';
import type { Settings } from '../../../../serving-configs/settings.ts';
import { withTimeLimit } from '../../../../serving-configs/time-limit.ts';
import type { Computed } from '../../model/record.ts';
import { childFailure, howEnded, listeningLine, startChild, type Child } from '../child-process.ts';
import { scripts } from '../project-files.ts';
import { treeUse } from './process-use.ts';
import { localProcesses } from './processes.ts';
import { startHere, type Runtime, type ServingToStart } from './runtime.ts';

const POLL_MS = 20;
/** Short, because nobody waits for answers after the load. */
const STOP_GRACE_MS = 250;
/** Time that it has to clean up after a failed start. */
const FAILED_START_GRACE_MS = 5000;

const isHealthy = async (url: string, signal: AbortSignal): Promise<boolean> => {
  try {
    const response = await fetch(url, { signal });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
};

/** How often it has computed. */
const countsAt = async (url: string): Promise<Computed> => {
  const response = await fetch(url);
  const { count: inputs, computations } = (await response.json()) as Record<string, number>;
  return { computations: computations ?? 0, inputs: inputs ?? 0 };
};

/** The line that it prints once it listens. */
interface ListeningLine {
  readonly url: string;
  readonly grpcUrl?: string;
  /** It listens before its model can answer. */
  readonly healthUrl: string;
  readonly statisticsUrl?: string;
  /** Its counters as JSON. */
  readonly countersUrl: string;
}

const argumentsOf = (
  { name, backend, ports }: ServingToStart,
  model: Model,
  settings: Settings | undefined,
): readonly string[] => {
  const { kind } = backend;
  const weights = kind === 'model' ? model.weights : undefined;
  return [
    '--serving',
    name,
    '--port',
    String(ports.rest),
    '--grpc-port',
    String(ports.grpc),
    '--engine',
    kind === 'model' ? 'onnx' : kind,
    '--model',
    model.file,
    ...(weights === undefined ? [] : ['--weights', weights]),
    ...(kind === 'delay' ? ['--delay', `${backend.ms}ms`] : []),
    ...(kind === 'delay' && backend.perInputMs !== undefined
      ? ['--delay-per-input', `${backend.perInputMs}ms`]
      : []),
    ...(kind === 'noop' ? [] : settingsArguments(settings)),
  ];
};

/**
 * Waits until a simulated server can answer.
 *
 * @throws BenchError if it ends before that; the signal's reason if it was aborted.
 */
const untilReady = async (
  child: Child,
  title: string,
  signal: AbortSignal,
): Promise<ListeningLine> => {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  aborted.catch(() => undefined);
  const line = await Promise.race([listeningLine<ListeningLine>(child, title), aborted]);
  const ending = new AbortController();
  void child.ended.then(() => ending.abort());
  const over = AbortSignal.any([signal, ending.signal]);
  while (!over.aborted && !(await isHealthy(line.healthUrl, over))) {
    await sleep(POLL_MS, undefined, { signal: over }).catch(() => undefined);
  }
  signal.throwIfAborted();
  if (!over.aborted) return line;
  const what = `${title} ended before it was ready`;
  throw childFailure('BENCH_SERVING_DIED', what, child, await child.ended);
};

/** Our model behind the protocol of each serving, in a process of ours. It can also answer without a model. */
export const simulated: Runtime = {
  list: async () => ({
    entries: servingNames.map((serving) => ({
      serving,
      state: 'installed',
      platform: 'the simulated server behind the protocol of each',
    })),
  }),
  install: async () => [],
  start: (serving, model, settings, signal) =>
    startHere(serving.name, signal, async () => {
      const { title, startTimeoutSeconds } = servingFactsOf(serving.server ?? serving.name);
      const child = startChild(scripts.serving, argumentsOf(serving, model, settings), {
        env: serversVariable(serving.server === undefined ? [] : [serving.server]),
      });
      try {
        const line = await withTimeLimit(startTimeoutSeconds * 1000, signal, (limited) =>
          untilReady(child, title, limited),
        );
        return {
          ...line,
          ended: howEnded(child).then((how) => ({ code: 'BENCH_SERVING_DIED', how })),
          processes: localProcesses(child.pid, true),
          use: () => treeUse(child.pid),
          computed: () => countsAt(line.countersUrl),
          stop: () => child.stop(STOP_GRACE_MS),
        };
      } catch (error) {
        await child.stop(FAILED_START_GRACE_MS);
        if ((error as Error).name !== 'TimeoutError') throw error;
        const lines = child.lastLines();
        const quote = lines === '' ? '' : `; its last lines:\n${lines}`;
        const problem = `${title} was not ready after ${startTimeoutSeconds} s${quote}`;
        throw new NotRunning('not-ready', problem);
      }
    }),
};
