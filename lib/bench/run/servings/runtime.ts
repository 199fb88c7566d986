import { servingTitle, type ServingName } from '../../../../serving-configs/index.ts';
import type { RunningServer } from '../../../../serving-configs/running-server.ts';
import type { ServingUrls } from '../../../../serving-configs/manifest.ts';
import type { Model, ModelOrigin } from '../../../../serving-configs/models/model.ts';
import type { ModelFormat } from '../../../../serving-configs/models/tensors/tensor-spec.ts';
import type { Settings } from '../../../../serving-configs/settings.ts';
import { withFullDiskExplained } from '../../../../serving-configs/options/program.ts';
import { UsageError } from '../../../../serving-configs/options/usage-error.ts';
import type { ContainerModels } from '../../../../serving-configs/runtimes/docker/container-models.ts';
import type {
  ContainerSources,
  NotReady,
} from '../../../../serving-configs/runtimes/docker/describe-containers.ts';
import { DockerProblem } from '../../../../serving-configs/runtimes/docker/docker.ts';
import { NotRunning } from '../../../../serving-configs/runtimes/not-running.ts';
import type { ServerModels } from '../../../../serving-configs/runtimes/server-models.ts';
import type { RequestedPorts } from '../../../../serving-configs/runtimes/ports.ts';
import { BenchError } from '../../model/errors.ts';
import type { ProcessFault } from '../../model/fault.ts';
import type { ServedBy } from '../../model/plan.ts';
import type { Computed, MeasurementNodes } from '../../model/record.ts';
import type { ResourceUse } from '../../model/stability.ts';
import { beginIdle, type ProcessUse } from './process-use.ts';
import { idleMemoryOf, type ServingProcesses } from './processes.ts';

/** How servers come to life. The implementations are beside this file; the one of AWS nodes is `on-node/node-runtime.ts`. */
export interface Runtime<Served = Model> {
  /**
   * Lists what it can run on this machine.
   *
   * @throws BenchError if that cannot be found out, for instance without Docker.
   */
  readonly list: (wanted: WantedList, signal: AbortSignal) => Promise<RuntimeList>;
  /**
   * Installs the software of servings, and keeps what is installed already.
   *
   * @param tell gets a line of progress
   * @returns the servings that could not be installed, with the reasons
   * @throws BenchError if nothing can be installed; the signal's reason if it was aborted.
   */
  readonly install: (
    servings: readonly ServingName[],
    from: InstallSources,
    tell: (line: string) => void,
    signal: AbortSignal,
  ) => Promise<readonly NotReady[]>;
  /**
   * Starts a serving and waits until its model answers.
   *
   * @param settings undefined: one request at a time
   * @param signal ends the start; the serving is then stopped
   * @throws BenchError if it ends before that, or is not ready within the time of its manifest; it is then stopped.
   */
  readonly start: (
    serving: ServingToStart,
    model: Served,
    settings: Settings | undefined,
    signal: AbortSignal,
  ) => Promise<RunningServing>;
  /**
   * Writes the configuration of a serving into a folder, with a script that starts it on its own ports; absent for what has none of its own.
   *
   * @param folder an absolute path; what it contains may be removed
   * @param comment lines at the top of the script
   * @throws BenchError if that is not possible
   */
  readonly write?: (
    serving: Pick<ServingToStart, 'name' | 'served'>,
    model: Served,
    settings: Settings,
    folder: string,
    comment: readonly string[],
  ) => Promise<void>;
}

/** What to list. */
export interface WantedList {
  /** The user's settings for containers; called only for these. */
  readonly sources: () => Promise<ContainerSources>;
  readonly model: ModelOrigin;
}

/** What to install from. */
export interface InstallSources extends Pick<WantedList, 'sources'> {
  /** Weights of the models that containers serve; undefined: those of the existing models, or else the published ones. */
  readonly weights: string | undefined;
}

/** What computes behind the API of a serving. */
export type Backend =
  | { readonly kind: 'model' }
  /** Answers at once. */
  | { readonly kind: 'noop' }
  /** Each answer takes this time, one at a time; with `perInputMs`, each batch takes it, and that for each of its inputs. */
  | { readonly kind: 'delay'; readonly ms: number; readonly perInputMs?: number | undefined };

/** A serving to start. */
export interface ServingToStart {
  readonly name: ServingName;
  /** The running server that is measured, or that the simulated server replaces; undefined for a serving of this project. */
  readonly server?: RunningServer | undefined;
  readonly backend: Backend;
  /** Ports of this machine. Platforms on a node use their own. */
  readonly ports: RequestedPorts;
  /** The software that the plan names; absent for simulated servers. It says which image a container has. */
  readonly served?: ServedBy | undefined;
  /** Names of several models with their ONNX files, absolute paths; the first is the model itself. Only from packages. */
  readonly models?: Readonly<Record<string, string>> | undefined;
}

/** The window of a measurement by the clock of this machine, in milliseconds since 1970. */
export interface WindowEdges {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How a serving ended. */
export interface ServingEnd {
  readonly code: 'BENCH_SERVING_DIED' | 'BENCH_NO_DOCKER';
  /** With its last lines. */
  readonly how: string;
}

interface AnsweringServing {
  /** URLs for the middleware. */
  readonly urls: ServingUrls;
  /** URL of the serving's own statistics; absent if its platform has none. */
  readonly statisticsUrl?: string | undefined;
  /** See `RunningServer`. */
  readonly caFile?: string | undefined;
  readonly stop: () => Promise<void>;
}

/** A serving that this program started on this machine. */
export interface LocalServing extends AnsweringServing {
  readonly place: 'local';
  /** Time from its start to its first healthy answer. */
  readonly timeToReadyMs: number;
  /** Memory of all its processes right after that; undefined if unknown. */
  readonly idleMemoryMiB?: number | undefined;
  /** Never rejects. */
  readonly ended: Promise<ServingEnd>;
  /** What its processes have used since its start; undefined if that cannot be read. */
  readonly use: () => ProcessUse | undefined;
  /** Counts since its start; absent if nothing counts. All are 0 if its engine does not. */
  readonly computed?: (() => Promise<Computed>) | undefined;
  /** Share of a core that it has used since it was ready. Call it before the first request; it waits if that is too early. */
  readonly idleCpuShare: () => Promise<number | undefined>;
  readonly processes: ServingProcesses;
  /** Its models, if it was started with several. */
  readonly models?: ServerModels | undefined;
}

/** A serving on a serving node. Its end is noticed only by `inspect`. */
export interface NodeServing extends AnsweringServing {
  readonly place: 'node';
  /** Time from its start to its first healthy answer. */
  readonly timeToReadyMs: number;
  /** Measures the round trip to its node in milliseconds. */
  readonly roundTripMs: (signal: AbortSignal) => Promise<number>;
  /**
   * Returns the resource use of both nodes in a past window.
   *
   * @throws BenchError if the serving has ended since, or something else has restarted it.
   */
  readonly inspect: (window: WindowEdges, signal: AbortSignal) => Promise<MeasurementNodes>;
  /** Resource use of its node at the end of each of several equal parts of a past window. */
  readonly usedIn: (
    window: WindowEdges,
    parts: number,
    signal: AbortSignal,
  ) => Promise<readonly ResourceUse[]>;
  /**
   * Kills its busiest process at `atMs`, or pauses it then for some seconds.
   *
   * @param atMs milliseconds since 1970
   * @returns the actual time, because the command may arrive late
   */
  readonly disturb: (
    fault: ProcessFault,
    atMs: number,
    seconds: number,
    signal: AbortSignal,
  ) => Promise<number>;
}

/** A server that runs already. It is never stopped, and its processes are unknown. */
export interface ForeignServing extends AnsweringServing {
  readonly place: 'foreign';
  /** @throws BenchError if nothing listens at its address any more. */
  readonly assertListening: (signal: AbortSignal) => Promise<void>;
}

/** A serving that answers. */
export type RunningServing = LocalServing | NodeServing | ForeignServing;

/** Whether a runtime can run a serving on this machine, and with which software. */
export interface RuntimeEntry extends Partial<ServedBy> {
  readonly serving: ServingName;
  /** `not-installed`: it can be installed; `impossible`: it cannot run on this machine. */
  readonly state: 'installed' | 'not-installed' | 'impossible';
  /** Why it is not installed or impossible. */
  readonly reason?: string;
  /** The format of the user's model with which it would be possible. */
  readonly needs?: ModelFormat;
  /** The command that installs it, without `--servings`; absent if setup does not help. */
  readonly setupCommand?: string;
}

export interface RuntimeList {
  /** Every serving, in the order of the manifests. */
  readonly entries: readonly RuntimeEntry[];
  /** The models that were built for the runtime; absent if it needs none, or a model is given instead. */
  readonly models?: ContainerModels | undefined;
}

/** Says why an entry cannot run. */
export const reasonOf = ({ state, reason }: RuntimeEntry): string =>
  reason ?? (state === 'impossible' ? 'it cannot run on this machine' : 'not installed');

/** Says why a serving cannot run, with the command that installs it. */
export const reasonWithSetup = (entry: RuntimeEntry): string =>
  entry.setupCommand === undefined
    ? reasonOf(entry)
    : `${reasonOf(entry)}: ${entry.setupCommand} --servings ${entry.serving}`;

/** The software behind an installed serving. */
export const servedByOf = (entry: RuntimeEntry): ServedBy => {
  const { serving, platform = serving, engine = 'unknown', real = true } = entry;
  const { note, standIn, image, imageMiB, accelerator } = entry;
  return { platform, engine, real, note, standIn, image, imageMiB, accelerator };
};

/** Codes of errors by the code of a problem. Any other problem only keeps the serving from starting. */
const PROBLEM_CODES = {
  ended: 'BENCH_NOT_STARTED',
  'not-ready': 'BENCH_SERVING_NOT_READY',
  'no-daemon': 'BENCH_NO_DOCKER',
  'disk-full': 'BENCH_DISK_FULL',
} as const;

/** The error of the runner for what the start of a serving threw. */
const startError = (title: string, thrown: unknown): unknown => {
  if (thrown instanceof NotRunning) {
    const { code, message } = thrown;
    const text = code === 'not-ready' ? message : `${title} did not start: ${message}`;
    return new BenchError(PROBLEM_CODES[code], text, { cause: thrown });
  }
  if (!(thrown instanceof UsageError)) return thrown;
  const code = thrown instanceof DockerProblem ? thrown.code : undefined;
  const what = code === 'disk-full' ? 'the disk is full: ' : '';
  return new BenchError(
    code === undefined ? 'BENCH_NOT_STARTED' : PROBLEM_CODES[code],
    `${what}${title} did not start: ${thrown.message}`,
    { hint: thrown.hint, cause: thrown },
  );
};

/** A server on this machine that answers. */
interface BegunServing extends Pick<
  LocalServing,
  'statisticsUrl' | 'ended' | 'processes' | 'use' | 'computed' | 'models'
> {
  readonly url: string;
  readonly grpcUrl?: string | undefined;
  readonly stop: () => Promise<unknown>;
}

/**
 * Starts a serving on this machine, and measures how long that takes.
 *
 * @param begin resolves when it answers; stops it if the signal is aborted before
 */
export const startHere = async (
  name: ServingName,
  signal: AbortSignal,
  begin: () => Promise<BegunServing>,
): Promise<LocalServing> => {
  signal.throwIfAborted();
  const startedAt = performance.now();
  try {
    const begun = await begin();
    const { url, grpcUrl, statisticsUrl, ended, processes, use, computed, models, stop } = begun;
    return {
      place: 'local',
      urls: { rest: url, ...(grpcUrl !== undefined && { grpc: grpcUrl }) },
      statisticsUrl,
      timeToReadyMs: performance.now() - startedAt,
      idleMemoryMiB: await idleMemoryOf(processes),
      ended,
      processes,
      use,
      computed,
      models,
      idleCpuShare: beginIdle(use),
      stop: async () => void (await stop()),
    };
  } catch (error) {
    signal.throwIfAborted();
    throw startError(servingTitle(name), error);
  }
};

/** How a serving ended by itself. */
export const endOf = (problem: Error): ServingEnd => {
  const isDaemonGone = problem instanceof DockerProblem && problem.code === 'no-daemon';
  const hint = problem instanceof UsageError ? `; ${problem.hint}` : '';
  return {
    code: isDaemonGone ? 'BENCH_NO_DOCKER' : 'BENCH_SERVING_DIED',
    how: `${problem.message}${hint}`,
  };
};

/** Runs work of a runtime; what the user can fix becomes an error of the runner with a code. */
export const withCode = async <Result>(
  code: `BENCH_${string}`,
  work: () => Promise<Result>,
): Promise<Result> => {
  try {
    return await work();
  } catch (thrown) {
    const error = withFullDiskExplained(thrown);
    if (!(error instanceof UsageError)) throw error;
    throw new BenchError(code, error.message, { hint: error.hint, cause: error });
  }
};
