import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { targetId, type Target } from '../model/measurement.ts';
import { meanOf } from '../stats/moments.ts';
import { fetchEncoded } from './encoded-requests.ts';
import type { RunRequests } from './inputs.ts';
import { startMiddleware } from './middleware-process.ts';
import { encodeUrl } from './middleware-requests.ts';

/** Mean sizes of the requests to a target, over the inputs of a run and without HTTP headers. */
export interface RequestBytes {
  readonly target: Target;
  /** As the load generator sends them to the middleware. */
  readonly givenBytes: number;
  /** As the middleware sends them to the serving. */
  readonly sentBytes: number;
}

/** Inputs of a model may be many; those of a data set are not. */
const MAX_INPUTS = 16;

const REQUEST_TIMEOUT_MS = 60_000;

/**
 * Encodes the inputs of a run for each target, in a middleware that sends nothing to a serving, and measures the requests.
 *
 * @throws BenchError if the middleware does not start; Error if it refuses an input.
 */
export const measureRequests = async (
  targets: readonly Target[],
  { imagesDir, dataSetDir, images, source }: RunRequests,
  signal: AbortSignal,
): Promise<readonly RequestBytes[]> => {
  const files = images.slice(0, MAX_INPUTS).map(({ file }) => join(imagesDir, file));
  const givenBytes = meanOf(await Promise.all(files.map(async (file) => (await stat(file)).size)));
  const middleware = await startMiddleware({
    servers: [],
    servingUrls: {},
    imagesDir: dataSetDir,
    model: source,
    port: 0,
    processes: 1,
    upstreamTimeoutMs: REQUEST_TIMEOUT_MS,
    seed: 1,
  });
  try {
    const measured: RequestBytes[] = [];
    for (const target of new Map(targets.map((each) => [targetId(each), each])).values()) {
      const sizes: number[] = [];
      for (const file of files) {
        const { body } = await fetchEncoded(encodeUrl(middleware.url, target), file, signal);
        sizes.push(body.length);
      }
      measured.push({ target, givenBytes, sentBytes: meanOf(sizes) });
    }
    return measured;
  } finally {
    await middleware.stop();
  }
};
