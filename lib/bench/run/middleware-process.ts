import type { ServingName } from '../../../serving-configs/index.ts';
import type { ServingUrls } from '../../../serving-configs/manifest.ts';
import { BenchError } from '../model/errors.ts';
import type { MiddlewareSettings } from '../model/plan-options.ts';
import { listeningLine, startChild, type Child } from './child.ts';
import { readSnapshot, type MiddlewareSnapshot } from './middleware-use.ts';
import { scripts } from './project-files.ts';
import type { WeightsTrained } from './weights-trained.ts';

export interface MiddlewareSpec {
  readonly servingUrls: Readonly<Partial<Record<ServingName, ServingUrls>>>;
  /** Of the servings that do not say it themselves; undefined where nobody knows. */
  readonly weightsTrained?: WeightsTrained | undefined;
  readonly imagesDir: string;
  readonly port: number;
  /** Undefined for one a core. */
  readonly processes?: number | undefined;
  readonly upstreamTimeoutMs: number;
  /** Of a plan that sets the middleware; undefined: as it is by itself. */
  readonly settings?: MiddlewareSettings | undefined;
  readonly seed: number;
}

const settingVariables = (
  settings: MiddlewareSettings | undefined,
  processes: number | undefined,
): Readonly<Record<string, string>> => {
  if (settings !== undefined) {
    return {
      PROCESSES: String(settings.processes),
      UPSTREAM_REST_TIMEOUT_MS: String(settings.restTimeoutMs),
      BLOCKING_SERVINGS: settings.blockingServings.join(','),
      CHANNEL_PER_CALL_SERVINGS: settings.channelPerCallServings.join(','),
    };
  }
  return processes === undefined ? {} : { PROCESSES: String(processes) };
};

export interface RunningMiddleware {
  readonly child: Child;
  readonly url: string;
  /** How many processes really answer. */
  readonly processes: number;
  readonly snapshot: () => Promise<MiddlewareSnapshot>;
  readonly stop: () => Promise<void>;
}

/** @throws BenchError where it does not start. */
export const startMiddleware = async (spec: MiddlewareSpec): Promise<RunningMiddleware> => {
  const child = startChild(scripts.middleware, [], {
    env: {
      PORT: String(spec.port),
      HOST: '127.0.0.1',
      IMAGES_DIR: spec.imagesDir,
      SERVING_URLS: JSON.stringify(spec.servingUrls),
      WEIGHTS_TRAINED: JSON.stringify(spec.weightsTrained ?? {}),
      UPSTREAM_TIMEOUT_MS: String(spec.upstreamTimeoutMs),
      SEED: String(spec.seed),
      LOG_LEVEL: 'warn',
      ...settingVariables(spec.settings, spec.processes),
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
        `/metrics of the middleware gave ${response.status}`,
      );
    }
    return readSnapshot(page, performance.now());
  };
  return { child, url: line.url, processes: line.processes, snapshot, stop: () => child.stop() };
};
