import { join } from 'node:path';
import type { Target } from '../../../lib/bench/model/measurement.ts';
import {
  createEncodedRequests,
  type EncodedRequestStore,
} from '../../../lib/bench/run/encoded-requests.ts';
import {
  startMiddleware,
  type RunningMiddleware,
} from '../../../lib/bench/run/middleware-process.ts';
import type { ServingName } from '../../../serving-configs/index.ts';
import type { Protocol } from '../../../serving-configs/manifest.ts';
import { loadStatistics } from '../../../serving-configs/protocols/statistics/load-statistics.ts';
import type { ServingCounters } from '../../../serving-configs/protocols/statistics/serving-counters.ts';
import { end, start } from '../middleware/processes.ts';

const IMAGES = join(import.meta.dirname, '../../../k6/images');
export const IMAGE = join(IMAGES, 'cat.jpg');
export const { signal } = new AbortController();

/** The real server, with a backend that answers at once, and what the measurements need of it. */
export interface Rig {
  readonly serving: ServingName;
  readonly urls: Readonly<Record<Protocol, string>>;
  readonly pid: number;
  readonly windowSeconds: number;
  readonly rounds: number;
  readonly requests: EncodedRequestStore;
  /** What the server has counted so far. */
  readonly counters: () => Promise<ServingCounters>;
  readonly stop: () => Promise<void>;
}

export const startRig = async (
  serving: ServingName,
  windowSeconds: number,
  rounds: number,
): Promise<Rig> => {
  const read = await loadStatistics(serving);
  if (read === undefined) throw new Error(`${serving} does not count its requests`);
  const options = ['--serving', serving, '--engine', 'noop', '--port', '0'];
  const running = await start('serving-configs/runtimes/venv/main.ts', options);
  const { url, grpcUrl, statisticsUrl, pid } = running.said;
  const requests = createEncodedRequests([IMAGE]);
  return {
    serving,
    urls: { rest: String(url), grpc: String(grpcUrl) },
    pid: Number(pid),
    windowSeconds,
    rounds,
    requests,
    counters: async () => {
      const page = await (await fetch(String(statisticsUrl))).text();
      return read(page, null);
    },
    stop: async () => {
      await requests.remove();
      await end(running);
    },
  };
};

/** The tensor over a protocol, as bytes. */
export const targetOver = ({ serving }: Rig, protocol: Protocol): Target => ({
  serving,
  protocol,
  payload: 'tensor',
  encoding: protocol === 'rest' ? 'binary' : 'raw',
});

export const withMiddleware = async <T>(
  { serving, urls }: Rig,
  processes: number,
  use: (middleware: RunningMiddleware) => Promise<T>,
): Promise<T> => {
  const middleware = await startMiddleware({
    servingUrls: { [serving]: urls },
    imagesDir: IMAGES,
    port: 0,
    processes,
    upstreamTimeoutMs: 20_000,
    seed: 1,
  });
  try {
    return await use(middleware);
  } finally {
    await middleware.stop();
  }
};
