import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withTimeLimit } from '../../../serving-configs/time-limit.ts';
import { BenchError } from '../model/errors.ts';
import { contentTypeOf } from '../load/job.ts';
import { targetId, type Target } from '../model/measurement.ts';
import { isRunning, ownPidScope } from '../results/run-lock.ts';
import { encodeUrl, transportErrorText } from './middleware-requests.ts';

/** The requests that the middleware sends to the serving of a target. */
export interface EncodedRequests {
  /** Path and query of all requests, or the path of the gRPC method. */
  readonly target: string;
  /** Absolute paths of the files with the bodies or gRPC messages, one per image and in the same order. */
  readonly files: readonly string[];
  /** In the order of the files. */
  readonly headers: readonly Readonly<Record<string, string>>[];
}

/** The encoded requests of a run, which are fetched once per target. */
export interface EncodedRequestStore {
  /** @throws BenchError `BENCH_ENCODE` if the middleware does not return them, or they cannot be stored. */
  readonly of: (
    middlewareUrl: string,
    target: Target,
    signal: AbortSignal,
  ) => Promise<EncodedRequests>;
  /** Deletes the files. */
  readonly remove: () => Promise<void>;
}

/** Beginning of the names of folders with requests. The scope of a PID and the PID follow. */
const FOLDER_PREFIX = 'serving-compare-direct-';

/** Removes the folders of processes that were killed, except in other containers with the same /tmp, and creates one for this process. */
const makeFolder = async (): Promise<string> => {
  const { host, pidNamespace } = await ownPidScope();
  const scope = createHash('sha256').update(`${host} ${pidNamespace}`).digest('hex').slice(0, 16);
  const prefix = `${FOLDER_PREFIX}${scope}-`;
  for (const name of await readdir(tmpdir())) {
    const [, pid] = new RegExp(`^${prefix}(\\d+)-`).exec(name) ?? [];
    if (pid === undefined || (await isRunning(Number(pid)))) continue;
    // It may belong to another user.
    await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
  }
  return mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
};

/**
 * Largest total size of a target's bodies, on disk and in the memory of the load generator. Of a larger data set, only the first
 * images are used.
 */
const MAX_TARGET_BYTES = 256 * 2 ** 20;

/** Timeout for encoding one image, which takes milliseconds. */
const ENCODE_TIMEOUT_MS = 30_000;

/** Content of the header `serving-request`. */
interface RequestHead {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Encoded extends RequestHead {
  readonly body: Buffer;
}

/**
 * Fetches from the middleware the request that it would send to a serving.
 *
 * @param url see {@link encodeUrl}
 * @param image path of the image, or of the request to a user's model
 * @throws Error if the middleware refuses it.
 */
export const fetchEncoded = (url: string, image: string, signal: AbortSignal): Promise<Encoded> =>
  withTimeLimit(ENCODE_TIMEOUT_MS, signal, async (limited) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': contentTypeOf(image) },
      body: await readFile(image),
      signal: limited,
    });
    const body = Buffer.from(await response.arrayBuffer());
    const header = response.headers.get('serving-request');
    if (response.status !== 200 || header === null) {
      throw new Error(`${response.status} ${body.toString('utf8', 0, 200)}`);
    }
    return { ...(JSON.parse(header) as RequestHead), body };
  });

const singleTargetOf = (requests: readonly RequestHead[]): string => {
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
 * Creates a store that fetches from the middleware the requests it would send to the servings, and keeps them in a temporary folder.
 *
 * @param images absolute paths
 */
export const createEncodedRequests = (images: readonly string[]): EncodedRequestStore => {
  const stored = new Map<string, EncodedRequests>();
  let root: string | undefined;

  const fetchAll = async (url: string, folder: string, signal: AbortSignal) => {
    const requests: (RequestHead & { readonly file: string })[] = [];
    let bytes = 0;
    for (const [index, image] of images.entries()) {
      const { body, ...request } = await fetchEncoded(url, image, signal);
      bytes += body.length;
      if (requests.length > 0 && bytes > MAX_TARGET_BYTES) break;
      const file = join(folder, `${index}.request`);
      await writeFile(file, body);
      requests.push({ ...request, file });
    }
    return requests;
  };

  return {
    of: async (middlewareUrl, target, signal) => {
      const id = targetId(target);
      const earlier = stored.get(id);
      if (earlier !== undefined) return earlier;
      try {
        root ??= await makeFolder();
        const folder = join(root, id);
        await mkdir(folder, { recursive: true });
        const requests = await fetchAll(encodeUrl(middlewareUrl, target), folder, signal);
        const encoded: EncodedRequests = {
          target: singleTargetOf(requests),
          files: requests.map(({ file }) => file),
          headers: requests.map(({ headers }) => headers),
        };
        stored.set(id, encoded);
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
