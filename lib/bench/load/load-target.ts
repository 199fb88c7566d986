import { readFile } from 'node:fs/promises';
import { contentTypeOf } from '../../../k6/job.ts';
import type { Protocol } from '../../../serving-configs/manifest.ts';
import { messageOf } from '../model/errors.ts';
import type { LoadJob } from './job.ts';

export { contentTypeOf };

export interface TargetRequest {
  readonly path: string;
  /** As they are sent: a whole request of HTTP/1.1, or with gRPC the message behind its prefix. */
  readonly bytes: Buffer;
}

/** Where and what a job sends, ready for the client: nothing of it is built again for a request. */
export interface LoadTarget {
  readonly origin: string;
  readonly protocol: Protocol;
  /** One for each image of the job, in its order, or one alone if the server draws. */
  readonly requests: readonly TargetRequest[];
  readonly timeoutMs: number;
}

/** Reads all images of the job into memory. Throws, naming the file, if one cannot be read. */
export const readLoadTarget = async (
  job: Pick<LoadJob, 'url' | 'method' | 'protocol' | 'images' | 'headers' | 'timeoutMs'>,
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
      const head = headOf('POST', path, host, { ...headers, 'content-length': body.length });
      return { path, bytes: Buffer.concat([Buffer.from(head, 'latin1'), body]) };
    }),
    timeoutMs: job.timeoutMs,
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

/** Before the message of a gRPC call. */
export const PREFIX_BYTES = 5;

/** A message behind its prefix: a byte that says that it is not compressed, and its length, big-endian. */
export const framed = (message: Buffer): Buffer => {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
};

/** The error of an image that cannot be read. */
export const unreadable = (file: string, cause: unknown): Error =>
  new Error(`The image ${file} cannot be read: ${messageOf(cause)}`, { cause });

const readImage = async (file: string): Promise<Buffer> => {
  try {
    return await readFile(file);
  } catch (error) {
    throw unreadable(file, error);
  }
};
