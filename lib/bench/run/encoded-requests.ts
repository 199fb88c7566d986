import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BenchError } from '../model/errors.ts';
import { contentTypeOf } from '../load/load-target.ts';
import { targetId, type Target } from '../model/measurement.ts';
import { hasProcess } from '../results/run-lock.ts';
import { encodeUrl, transportErrorText } from './infer.ts';

/** The requests that the middleware sends to the serving of a target. */
export interface EncodedRequests {
  /** Where they go, the same for all: path and query, or the path of a gRPC method. */
  readonly target: string;
  /** Absolute paths of the files with the bodies, or the messages: one for each image, in their order. */
  readonly files: readonly string[];
  /** In the order of the files. */
  readonly headers: readonly Readonly<Record<string, string>>[];
}

/** The encoded requests of a run, each target's fetched once. */
export interface EncodedRequestStore {
  /** @throws BenchError `BENCH_ENCODE` if the middleware does not give them, or they cannot be kept. */
  readonly of: (
    middlewareUrl: string,
    target: Target,
    signal: AbortSignal,
  ) => Promise<EncodedRequests>;
  /** Takes the files away. */
  readonly remove: () => Promise<void>;
}

/** Of the folders with requests; then comes the id of the process that they belong to. */
const FOLDER_PREFIX = 'serving-compare-direct-';

/** Removes what processes left that were killed, and makes a folder for this one. */
const makeFolder = async (): Promise<string> => {
  for (const name of await readdir(tmpdir())) {
    const [, pid] = new RegExp(`^${FOLDER_PREFIX}(\\d+)-`).exec(name) ?? [];
    if (pid === undefined || hasProcess(Number(pid))) continue;
    // It may be another user's.
    await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
  }
  return mkdtemp(join(tmpdir(), `${FOLDER_PREFIX}${process.pid}-`));
};

/**
 * The largest size of one target's bodies, on disk and in the load generator's memory. For a large data set, the first images
 * stand for all.
 */
const MAX_TARGET_BYTES = 256 * 2 ** 20;

/** To encode one image; it takes milliseconds. */
const ENCODE_TIMEOUT_MS = 30_000;

/** Of the header `serving-request`. */
interface ServingRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Encoded extends ServingRequest {
  readonly body: Buffer;
}

/**
 * Asks the middleware for the request that it would send.
 *
 * @param image a file that it takes as a request
 * @throws Error where it does not give it
 */
export const askForEncoded = async (
  url: string,
  image: string,
  signal: AbortSignal,
): Promise<Encoded> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': contentTypeOf(image) },
    body: await readFile(image),
    signal: AbortSignal.any([signal, AbortSignal.timeout(ENCODE_TIMEOUT_MS)]),
  });
  const body = Buffer.from(await response.arrayBuffer());
  const header = response.headers.get('serving-request');
  if (response.status !== 200 || header === null) {
    throw new Error(`${response.status} ${body.toString('utf8', 0, 200)}`);
  }
  return { ...(JSON.parse(header) as ServingRequest), body };
};

const assertOneTarget = (requests: readonly ServingRequest[]): string => {
  const targets = new Set(requests.map(({ method, path }) => `${method} ${path}`));
  const [first = ''] = targets;
  if (targets.size !== 1 || !first.startsWith('POST ')) {
    throw new Error(
      `a load generator posts to one URL, and these go to ${[...targets].join(', ')}`,
    );
  }
  return first.slice('POST '.length);
};

/**
 * Fetches from the middleware the requests that it would send to the servings and keeps them in a temporary folder.
 *
 * @param images absolute paths
 */
export const createEncodedRequests = (images: readonly string[]): EncodedRequestStore => {
  const known = new Map<string, EncodedRequests>();
  let root: string | undefined;

  const fetchAll = async (url: string, folder: string, signal: AbortSignal) => {
    const kept: (ServingRequest & { readonly file: string })[] = [];
    let bytes = 0;
    for (const [index, image] of images.entries()) {
      const { body, ...request } = await askForEncoded(url, image, signal);
      bytes += body.length;
      if (kept.length > 0 && bytes > MAX_TARGET_BYTES) break;
      const file = join(folder, `${index}.request`);
      await writeFile(file, body);
      kept.push({ ...request, file });
    }
    return kept;
  };

  return {
    of: async (middlewareUrl, target, signal) => {
      const id = targetId(target);
      const before = known.get(id);
      if (before !== undefined) return before;
      try {
        root ??= await makeFolder();
        const folder = join(root, id);
        await mkdir(folder, { recursive: true });
        const requests = await fetchAll(encodeUrl(middlewareUrl, target), folder, signal);
        const encoded: EncodedRequests = {
          target: assertOneTarget(requests),
          files: requests.map(({ file }) => file),
          headers: requests.map(({ headers }) => headers),
        };
        known.set(id, encoded);
        return encoded;
      } catch (error) {
        signal.throwIfAborted();
        throw new BenchError(
          'BENCH_ENCODE',
          `the middleware did not return the encoded requests: ${transportErrorText(error)}`,
          { cause: error },
        );
      }
    },
    remove: async () => {
      if (root !== undefined) await rm(root, { recursive: true, force: true });
    },
  };
};
