import { setTimeout as sleep } from 'node:timers/promises';
import { manifestOf, registeredServers } from '../../../serving-configs/index.ts';
import { serversVariable } from '../../../serving-configs/running-server.ts';
import type { ServingUrls } from '../../../serving-configs/manifest.ts';
import { withTimeLimit } from '../../../serving-configs/time-limit.ts';
import type { MeasurementNodes } from '../model/record.ts';
import { BenchError, messageOf } from '../model/errors.ts';
import type { ProcessFault } from '../model/fault.ts';
import type { ResourceUse } from '../model/stability.ts';
import {
  type Child,
  type ChildEnd,
  howEnded,
  listeningLine,
  startChild,
  startFailure,
} from './child-process.ts';
import { launchOf, type ServingSpec } from './serving-launch.ts';
import { resourceUseOf, type ServingProcesses } from './serving-processes.ts';

/** The window of a measurement by the clock of this machine, in milliseconds since 1970. */
export interface WindowEdges {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A serving that answers: a child of the runner, a unit on a serving node, or a running server. */
export interface RunningServing {
  /** URLs for the middleware. */
  readonly urls: ServingUrls;
  /** URL of the serving's own statistics; absent if its platform has none. */
  readonly statisticsUrl?: string;
  /** Measures the round trip to the serving's machine in milliseconds; absent if that is this machine. */
  readonly roundTripMs?: (signal: AbortSignal) => Promise<number>;
  /** Time from the start of the serving to its first healthy answer; absent for a running server. */
  readonly timeToReadyMs?: number;
  /** Memory of all its processes right after that; absent if unknown. */
  readonly idleMemoryMiB?: number;
  /** Resolves with how it ended and its last lines. Never rejects; never resolves if its end cannot be observed. */
  readonly ended: Promise<string>;
  /** Returns the error code after it has ended; absent: BENCH_SERVING_DIED. */
  readonly endCode?: () => 'BENCH_SERVING_DIED' | 'BENCH_NO_DOCKER';
  /** CPU time since its start; undefined if reading it is impossible or would disturb the measurement. */
  readonly cpuMs: () => Promise<number | undefined>;
  /** Absent if the serving runs on another machine, or was not started by us. */
  readonly processes?: ServingProcesses;
  /**
   * Called after the window of a measurement. Returns the resource use of both nodes; empty if serving and runner share a machine.
   *
   * @throws BenchError if the serving has ended since, or something else has restarted it.
   */
  readonly inspect: (
    window: WindowEdges,
    signal: AbortSignal,
  ) => Promise<{ nodes?: MeasurementNodes }>;
  /** Resource use of its node at the end of each of several equal parts of a past window; absent if `processes` is present. */
  readonly usedIn?: (
    window: WindowEdges,
    parts: number,
    signal: AbortSignal,
  ) => Promise<readonly ResourceUse[]>;
  /**
   * Kills its busiest process at `atMs`, or pauses it then for some seconds. Absent if `processes` is present.
   *
   * @param atMs milliseconds since 1970
   * @returns the actual time, because the command may arrive late
   */
  readonly disturb?: (
    fault: ProcessFault,
    atMs: number,
    seconds: number,
    signal: AbortSignal,
  ) => Promise<number>;
  readonly stop: () => Promise<void>;
}

const POLL_MS = 20;
/** Time that a serving has to clean up after a failed start. */
const FAILED_START_GRACE_MS = 5000;

/** Exit code of the Docker launcher if the daemon does not answer; see `serving-configs/runtimes/docker/main.ts`. */
const NO_DAEMON = 3;

const endCodeOf = ({ exitCode }: Pick<ChildEnd, 'exitCode'>) =>
  exitCode === NO_DAEMON ? 'BENCH_NO_DOCKER' : 'BENCH_SERVING_DIED';

const isHealthy = async (url: string, signal: AbortSignal): Promise<boolean> => {
  try {
    const response = await fetch(url, { signal });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
};

/** Launchers have the same time limit. This leaves them time to stop the platform and to print why it is late. */
const LAUNCHER_EXTRA_MS = 20_000;

const waitUntilHealthy = async (url: string, child: Child, signal: AbortSignal): Promise<void> => {
  while (!(await isHealthy(url, signal))) {
    if (signal.aborted || child.process.exitCode !== null) return;
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
};

const idleMemoryOf = async ({ list }: ServingProcesses): Promise<number | undefined> => {
  const listed = await list().catch(() => []);
  return listed.length === 0 ? undefined : resourceUseOf(listed).memoryMiB;
};

/** The line that a serving or its launcher prints once it listens. */
interface ListeningLine {
  readonly url: string;
  readonly grpcUrl?: string;
  /** Present if it listens before its model can answer. */
  readonly healthUrl?: string;
  readonly statisticsUrl?: string;
  /** PID of the serving, or of the guard process above a platform. */
  readonly pid?: number;
  readonly container?: string;
}

/**
 * Waits until a serving can answer.
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
  const died = child.ended.then((end) => {
    throw startFailure('BENCH_SERVING_DIED', `${title} ended before it was ready`, child, end);
  });
  died.catch(() => undefined);
  const line = await Promise.race([listeningLine<ListeningLine>(child, title), aborted]);
  if (line.healthUrl !== undefined) {
    await Promise.race([waitUntilHealthy(line.healthUrl, child, signal), died, aborted]);
  }
  return line;
};

/**
 * Starts a serving and waits until it can answer.
 *
 * @throws BenchError if it ends before that, or is not ready within the time of its manifest; it is then stopped.
 */
export const startServing = async (
  spec: ServingSpec,
  signal: AbortSignal,
): Promise<RunningServing> => {
  signal.throwIfAborted();
  const { serving } = spec;
  const { title, startTimeoutSeconds } = manifestOf(serving);
  const startedAt = performance.now();
  const { script, args, stopGraceMs, cpuMsOf, processesOf } = launchOf(spec);
  const child = startChild(script, args, { env: serversVariable(registeredServers()) });
  const limitMs = startTimeoutSeconds * 1000 + LAUNCHER_EXTRA_MS;
  try {
    const { url, grpcUrl, statisticsUrl, pid, container } = await withTimeLimit(
      limitMs,
      signal,
      (limited) => untilReady(child, title, limited),
    );
    const timeToReadyMs = performance.now() - startedAt;
    const processes = processesOf(pid ?? child.pid, container);
    const idleMemoryMiB = await idleMemoryOf(processes);
    return {
      urls: { rest: url, ...(grpcUrl !== undefined && { grpc: grpcUrl }) },
      statisticsUrl,
      timeToReadyMs,
      idleMemoryMiB,
      ended: howEnded(child),
      endCode: () => endCodeOf({ exitCode: child.process.exitCode }),
      cpuMs: () => cpuMsOf(child.pid),
      processes,
      inspect: async () => ({}),
      stop: () => child.stop(stopGraceMs),
    };
  } catch (error) {
    await child.stop(Math.max(stopGraceMs, FAILED_START_GRACE_MS));
    if (child.process.exitCode === NO_DAEMON) {
      throw new BenchError('BENCH_NO_DOCKER', messageOf(error), { cause: error });
    }
    if ((error as Error).name === 'TimeoutError') {
      const lines = child.lastLines();
      const quote = lines === '' ? '' : `; its last lines:\n${lines}`;
      throw new BenchError(
        'BENCH_SERVING_NOT_READY',
        `${title} was not ready after ${startTimeoutSeconds} s${quote}`,
        { cause: error },
      );
    }
    throw error;
  }
};
