import { setTimeout as sleep } from 'node:timers/promises';
import { manifestOf, registeredServers } from '../../../serving-configs/index.ts';
import { serversVariable } from '../../../serving-configs/running-server.ts';
import type { ServingUrls } from '../../../serving-configs/manifest.ts';
import type { MeasurementNodes } from '../model/record.ts';
import { BenchError, messageOf } from '../model/errors.ts';
import type { ProcessFault } from '../model/fault.ts';
import type { ResourceUse } from '../model/stability.ts';
import {
  describeEnd,
  howEnded,
  listeningLine,
  startChild,
  type Child,
  type ChildEnd,
} from './child.ts';
import { launchOf, type ServingSpec } from './serving-launch.ts';
import { resourceUseOf, type ServingProcesses } from './serving-processes.ts';

/** The measuring window of a measurement by the clock of this machine, in milliseconds since 1970. */
export interface WindowEdges {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A serving that answers: a child of the runner, or a unit of another machine. */
export interface RunningServing {
  /** As the middleware reaches it. */
  readonly urls: ServingUrls;
  /** Where it reports its own times; absent if its platform does not. */
  readonly statisticsUrl?: string;
  /** From this machine to the one that serves and back, in milliseconds; absent if they are one. */
  readonly roundTripMs?: (signal: AbortSignal) => Promise<number>;
  /** From the start of the serving to its first healthy answer; absent if it ran before. */
  readonly timeToReadyMs?: number;
  /** Memory of all its processes right after that; absent if it cannot be told. */
  readonly idleMemoryMiB?: number;
  /** Resolves, never rejects, with how it ended and its last words; never resolves if that cannot be watched. */
  readonly ended: Promise<string>;
  /** The error code once it has ended; absent: BENCH_SERVING_DIED. */
  readonly endCode?: () => 'BENCH_SERVING_DIED' | 'BENCH_NO_DOCKER';
  /** CPU time since its start; undefined if it cannot be told without disturbing the measurement. */
  readonly cpuMs: () => Promise<number | undefined>;
  /** Absent where they are out of reach: on another machine. */
  readonly processes?: ServingProcesses;
  /**
   * Called after the window of a measurement. What both nodes used in it; empty if serving and runner share a machine.
   *
   * @throws BenchError if the serving ended meanwhile, or was started again by others.
   */
  readonly inspect: (
    window: WindowEdges,
    signal: AbortSignal,
  ) => Promise<{ nodes?: MeasurementNodes }>;
  /** What its node used at the ends of equal parts of a window that is over; absent where its processes can be listed. */
  readonly usedIn?: (
    window: WindowEdges,
    parts: number,
    signal: AbortSignal,
  ) => Promise<readonly ResourceUse[]>;
  /**
   * Kills its busiest process at a moment, in milliseconds since 1970, or pauses it from then on for some seconds. Absent where its
   * processes can be listed.
   *
   * @returns when that was, since a command may come late
   */
  readonly disturb?: (
    fault: ProcessFault,
    atMs: number,
    seconds: number,
    signal: AbortSignal,
  ) => Promise<number>;
  readonly stop: () => Promise<void>;
}

/** A serving that answers, as a child of this process. */
export interface ServingChild extends RunningServing {
  readonly child: Child;
}

const POLL_MS = 20;
/** How long a serving that failed to start may take to clean up. */
const FAILED_START_GRACE_MS = 5000;

/** The exit code of a container's launcher if the Docker daemon does not answer; see `serving-configs/runtimes/docker/main.ts`. */
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

/** Launchers have the same limit; they stop what is late and print why. */
const LAST_WORDS_MS = 20_000;

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

/**
 * Starts a serving and waits until it can answer.
 *
 * @throws BenchError if it ends before that or is not ready in the time of its manifest. It is stopped then.
 */
export const startServing = async (
  spec: ServingSpec,
  signal: AbortSignal,
): Promise<ServingChild> => {
  signal.throwIfAborted();
  const { serving } = spec;
  const { title, startTimeoutSeconds } = manifestOf(serving);
  const startedAt = performance.now();
  const { script, args, stopGraceMs, cpuMsOf, processesOf } = launchOf(spec);
  const child = startChild(script, args, { env: serversVariable(registeredServers()) });
  const limit = AbortSignal.timeout(startTimeoutSeconds * 1000 + LAST_WORDS_MS);
  const either = AbortSignal.any([signal, limit]);
  try {
    const aborted = new Promise<never>((_, reject) => {
      either.addEventListener('abort', () => reject(either.reason as Error), { once: true });
    });
    aborted.catch(() => undefined);
    const died = child.ended.then((end) => {
      throw new BenchError(
        'BENCH_SERVING_DIED',
        `${title} ended before it was ready: ${describeEnd(child, end)}`,
      );
    });
    died.catch(() => undefined);
    const { url, grpcUrl, healthUrl, statisticsUrl, pid, container } = await Promise.race([
      listeningLine<{
        readonly url: string;
        readonly grpcUrl?: string;
        /** Of what listens before its model can answer. */
        readonly healthUrl?: string;
        readonly statisticsUrl?: string;
        /** Of what serves, or of the guard above a platform's processes. */
        readonly pid?: number;
        readonly container?: string;
      }>(child, title),
      aborted,
    ]);
    if (healthUrl !== undefined) {
      await Promise.race([waitUntilHealthy(healthUrl, child, either), died, aborted]);
    }
    const timeToReadyMs = performance.now() - startedAt;
    const processes = processesOf(pid ?? child.pid, container);
    const idleMemoryMiB = await idleMemoryOf(processes);
    return {
      child,
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
    if (limit.aborted && !signal.aborted) {
      const words = child.lastWords();
      throw new BenchError(
        'BENCH_SERVING_NOT_READY',
        `${title} was not ready after ${startTimeoutSeconds} s${words === '' ? '' : `; its last lines:\n${words}`}`,
        { cause: error },
      );
    }
    throw error;
  }
};
