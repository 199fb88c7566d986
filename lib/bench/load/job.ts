import { type Job, contentTypeOf } from '../../../k6/job.ts';
import type { Protocol } from '../../../serving-configs/manifest.ts';
import type { ResolvedCheck } from '../../../serving-configs/models/tensors/compare-tensors.ts';
import { readFile } from 'node:fs/promises';
import { messageOf } from '../model/errors.ts';

/** The correct answers to requests with named tensors. */
export interface TensorExpectation {
  /** Absolute paths of bodies with the expected `outputs`, one for each image of the job, in the same order. */
  readonly answers: readonly string[];
  /** By output name. */
  readonly checks: Readonly<Record<string, ResolvedCheck>>;
}

/** A job for a load generator: one level against one URL. The paths of its images are absolute. */
export interface LoadJob extends Omit<Job, 'expect'> {
  /**
   * With `grpc`, the path of the URL is a unary method and the bodies are its encoded messages. Only for load straight at a
   * serving. Default: `rest`.
   */
  readonly protocol?: Protocol;
  /** A PEM file with authorities that an `https` URL may have its certificate from, besides those that Node knows. */
  readonly caFile?: string | undefined;
  /** File for the raw samples, as gzipped CSV. Default: they are not kept. */
  readonly samplesFile?: string;
  readonly expect?: Job['expect'] | TensorExpectation;
  /** The path of each request, in the order of the images, if they do not all go to that of the URL. */
  readonly paths?: readonly string[];
}

export { contentTypeOf };

export interface TargetRequest {
  readonly path: string;
  /** The bytes on the wire: a complete HTTP/1.1 request, or a gRPC message with its prefix. */
  readonly bytes: Buffer;
}

/** The server and the requests of a job, encoded once so that sending builds nothing. */
export interface LoadTarget {
  readonly origin: string;
  readonly protocol: Protocol;
  /** One for each image of the job, in the same order; a single one if the server draws the images. */
  readonly requests: readonly TargetRequest[];
  readonly timeoutMs: number;
  /** See {@link LoadJob}. */
  readonly caFile?: string | undefined;
}

/**
 * Reads all images of a job into memory and encodes its requests.
 *
 * @throws Error that names the image that cannot be read
 */
export const readLoadTarget = async (
  job: Omit<LoadJob, 'level' | 'seed' | 'warmupSeconds' | 'durationSeconds'>,
): Promise<LoadTarget> => {
  const { origin, host, pathname, search } = new URL(job.url);
  const path = pathname + search;
  if (job.method === 'GET') {
    const request = { path, bytes: Buffer.from(headOf('GET', path, host)) };
    const { timeoutMs } = job;
    return { origin, protocol: 'rest', requests: [request], timeoutMs };
  }
  const bodies = await Promise.all(job.images.map(readImage));
  return {
    origin,
    protocol: job.protocol ?? 'rest',
    requests: bodies.map((body, index) => {
      if (job.protocol === 'grpc') return { path, bytes: framed(body) };
      const headers = job.headers?.[index] ?? {
        'content-type': contentTypeOf(job.images[index] ?? ''),
      };
      const own = job.paths?.[index] ?? path;
      const head = headOf('POST', own, host, { ...headers, 'content-length': body.length });
      return { path: own, bytes: Buffer.concat([Buffer.from(head, 'latin1'), body]) };
    }),
    timeoutMs: job.timeoutMs,
    caFile: job.caFile,
  };
};

const headOf = (
  method: 'GET' | 'POST',
  path: string,
  host: string,
  headers: Readonly<Record<string, string | number>> = {},
): string =>
  [
    `${method} ${path} HTTP/1.1`,
    `host: ${host}`,
    'connection: keep-alive',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '\r\n',
  ].join('\r\n');

/** Length of the prefix of a gRPC message. */
export const PREFIX_BYTES = 5;

/** Puts the gRPC prefix before a message: a zero byte, for "not compressed", and the length, big-endian. */
export const framed = (message: Buffer): Buffer => {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
};

/** The error for an image that cannot be read. */
export const unreadableImage = (file: string, cause: unknown): Error =>
  new Error(`The image ${file} cannot be read: ${messageOf(cause)}`, { cause });

const readImage = async (file: string): Promise<Buffer> => {
  try {
    return await readFile(file);
  } catch (error) {
    throw unreadableImage(file, error);
  }
};
