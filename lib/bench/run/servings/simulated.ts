import { setTimeout as sleep } from 'node:timers/promises';
import { manifestOf, registeredServers, servingNames } from '../../../../serving-configs/index.ts';
import { serversVariable } from '../../../../serving-configs/running-server.ts';
import type { ServedModel } from '../../../../serving-configs/runtimes/served-model.ts';
import { withTimeLimit } from '../../../../serving-configs/time-limit.ts';
import { processCpuMs } from '../../load/process-cpu.ts';
import { BenchError } from '../../model/errors.ts';
import { childFailure, howEnded, listeningLine, startChild, type Child } from '../child-process.ts';
import { scripts } from '../project-files.ts';
import { idleMemoryOf, localProcesses } from './processes.ts';
import type { Runtime, ServingToStart } from './runtime.ts';

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

/** The line that it prints once it listens. */
interface ListeningLine {
  readonly url: string;
  readonly grpcUrl?: string;
  /** It listens before its model can answer. */
  readonly healthUrl: string;
  readonly statisticsUrl?: string;
}

const argumentsOf = (
  { name, backend, ports }: ServingToStart,
  model: ServedModel,
): readonly string[] => {
  const { kind } = backend;
  const trained = model.kind === 'resnet50' && kind === 'model' ? model.trainedFile : undefined;
  return [
    '--serving',
    name,
    '--port',
    String(ports.rest),
    '--grpc-port',
    String(ports.grpc),
    '--engine',
    kind === 'model' ? 'onnx' : kind,
    ...(model.kind === 'described' ? ['--tensor-model', model.file] : []),
    ...(trained === undefined ? [] : ['--model', trained]),
    ...(kind === 'delay' ? ['--delay', `${backend.ms}ms`] : []),
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
  const died = child.ended.then((end) => {
    throw childFailure('BENCH_SERVING_DIED', `${title} ended before it was ready`, child, end);
  });
  died.catch(() => undefined);
  const isOver = (): boolean => signal.aborted || child.process.exitCode !== null;
  const healthy = async (): Promise<void> => {
    while (!isOver() && !(await isHealthy(line.healthUrl, signal))) {
      await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
    signal.throwIfAborted();
  };
  await Promise.race([healthy(), died, aborted]);
  return line;
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
  start: async (serving, model, _settings, signal) => {
    signal.throwIfAborted();
    const { title, startTimeoutSeconds } = manifestOf(serving.name);
    const startedAt = performance.now();
    const child = startChild(scripts.serving, argumentsOf(serving, model), {
      env: serversVariable(registeredServers()),
    });
    try {
      const { url, grpcUrl, statisticsUrl } = await withTimeLimit(
        startTimeoutSeconds * 1000,
        signal,
        (limited) => untilReady(child, title, limited),
      );
      const timeToReadyMs = performance.now() - startedAt;
      const processes = localProcesses(child.pid, true);
      return {
        place: 'local',
        urls: { rest: url, ...(grpcUrl !== undefined && { grpc: grpcUrl }) },
        statisticsUrl,
        timeToReadyMs,
        idleMemoryMiB: await idleMemoryOf(processes),
        ended: howEnded(child).then((how) => ({ code: 'BENCH_SERVING_DIED', how })),
        cpuMs: () => processCpuMs(child.pid),
        processes,
        stop: () => child.stop(STOP_GRACE_MS),
      };
    } catch (error) {
      await child.stop(FAILED_START_GRACE_MS);
      if ((error as Error).name !== 'TimeoutError') throw error;
      const lines = child.lastLines();
      const quote = lines === '' ? '' : `; its last lines:\n${lines}`;
      throw new BenchError(
        'BENCH_SERVING_NOT_READY',
        `${title} was not ready after ${startTimeoutSeconds} s${quote}`,
        { cause: error },
      );
    }
  },
};
