import { createWriteStream, type WriteStream } from 'node:fs';
import type { ServingName } from '../../../serving-configs/index.ts';
import type { ServingUrls } from '../../../serving-configs/manifest.ts';
import { serversVariable, type RunningServer } from '../../../serving-configs/running-server.ts';
import type { Model } from '../../../serving-configs/models/model.ts';
import { samplesOf } from '../../../serving-configs/protocols/statistics/prometheus-text.ts';
import { BenchError } from '../model/errors.ts';
import type { MiddlewareSettings } from '../model/plan-options.ts';
import type { MiddlewareUse } from '../model/record.ts';
import { type Child, listeningLine, startChild } from './child-process.ts';
import { scripts } from './project-files.ts';
import type { WeightsTrained } from './servings/system-under-test.ts';

/** The middleware's metrics at one moment. */
export interface MiddlewareSnapshot {
  readonly atMs: number;
  /** CPU seconds since the start of each process, by the name of the process. */
  readonly cpuSeconds: ReadonlyMap<string, number>;
}

export const readSnapshot = (page: string, atMs: number): MiddlewareSnapshot => ({
  atMs,
  cpuSeconds: new Map(
    samplesOf(page, 'process_cpu_seconds_total').map(({ labels, value }) => [
      labels.process ?? '',
      value,
    ]),
  ),
});

/**
 * CPU use between two snapshots, scaled to the length of the window, because the snapshots are a few milliseconds late. A process
 * that started in between counts from its start.
 */
export const useBetween = (
  before: MiddlewareSnapshot,
  after: MiddlewareSnapshot,
  windowMs: number,
): MiddlewareUse => {
  const scale = windowMs / Math.max(1, after.atMs - before.atMs);
  const used = [...after.cpuSeconds].map(
    ([process, seconds]) =>
      Math.max(0, seconds - (before.cpuSeconds.get(process) ?? 0)) * 1000 * scale,
  );
  return {
    cpuMs: used.reduce((sum, ms) => sum + ms, 0),
    busiestCpuShare: Math.max(0, ...used) / windowMs,
  };
};

interface MiddlewareSpec {
  /** The running servers among the servings. */
  readonly servers: readonly RunningServer[];
  readonly servingUrls: Readonly<Partial<Record<ServingName, ServingUrls>>>;
  /** Whether weights are trained, for servings whose answers do not say; undefined if unknown. */
  readonly weightsTrained?: WeightsTrained | undefined;
  readonly imagesDir: string;
  /** The model that the servings serve. */
  readonly model: Model;
  readonly port: number;
  /** Ignored if `settings` is given. Default: the middleware's. */
  readonly processes?: number | undefined;
  readonly upstreamTimeoutMs: number;
  /** Settings of the plan; undefined: the defaults of the middleware. */
  readonly settings?: MiddlewareSettings | undefined;
  readonly seed: number;
  /** File for its log. It is made with the first line. */
  readonly logFile?: string | undefined;
}

export interface RunningMiddleware {
  readonly child: Child;
  readonly url: string;
  /** Number of processes that answer. */
  readonly processes: number;
  readonly snapshot: () => Promise<MiddlewareSnapshot>;
  readonly stop: () => Promise<void>;
}

/** Lines of the log that are kept. The first ones name the cause, and the same failure may be logged for every request. */
const LOG_LINES = 200;

/** Returns a function that appends lines to a file. Never throws. */
const appendTo = (file: string): ((line: string) => void) => {
  let stream: WriteStream | undefined;
  let left = LOG_LINES;
  return (line) => {
    if (left === 0) return;
    left -= 1;
    stream ??= createWriteStream(file, { flags: 'a' }).on('error', () => undefined);
    stream.write(`${line}\n`);
  };
};

/** @throws BenchError if it does not start. */
export const startMiddleware = async (spec: MiddlewareSpec): Promise<RunningMiddleware> => {
  const { settings, logFile } = spec;
  const processes = settings?.processes ?? spec.processes;
  const child = startChild(scripts.middleware, [], {
    ...(logFile !== undefined && { onLine: appendTo(logFile) }),
    env: {
      PORT: String(spec.port),
      HOST: '127.0.0.1',
      IMAGES_DIR: spec.imagesDir,
      MODEL: spec.model.file,
      ...serversVariable(spec.servers),
      SERVING_URLS: JSON.stringify(spec.servingUrls),
      WEIGHTS_TRAINED: JSON.stringify(spec.weightsTrained ?? {}),
      UPSTREAM_TIMEOUT_MS: String(spec.upstreamTimeoutMs),
      SEED: String(spec.seed),
      LOG_LEVEL: 'warn',
      PROCESSES: processes === undefined ? undefined : String(processes),
      UPSTREAM_REST_TIMEOUT_MS: settings && String(settings.restTimeoutMs),
      BLOCKING_SERVINGS: settings?.blockingServings.join(','),
      CHANNEL_PER_CALL_SERVINGS: settings?.channelPerCallServings.join(','),
    },
  });
  const line = await listeningLine<{ readonly url: string; readonly processes: number }>(
    child,
    'the middleware',
  );
  const snapshot = async (): Promise<MiddlewareSnapshot> => {
    const response = await fetch(`${line.url}/metrics`);
    const page = await response.text();
    if (response.status !== 200) {
      throw new BenchError(
        'BENCH_MIDDLEWARE',
        `the middleware answered ${response.status} to /metrics`,
      );
    }
    return readSnapshot(page, performance.now());
  };
  return { child, url: line.url, processes: line.processes, snapshot, stop: () => child.stop() };
};
