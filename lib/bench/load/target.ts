import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Protocol } from '../../../serving-configs/manifest.ts';
import type { LoadJob } from './job.ts';

export interface TargetRequest {
  readonly path: string;
  /** As they are sent: a whole request of HTTP/1.1, or with gRPC the message behind its prefix. */
  readonly bytes: Buffer;
}

/** Where and what a job sends, ready for the client: nothing of it is built again for a request. */
export interface Target {
  readonly origin: string;
  readonly protocol: Protocol;
  /** One for each image of the job, in its order, or one alone where the server draws. */
  readonly requests: readonly TargetRequest[];
  /** Sizes of the bodies, in the same order. */
  readonly bodyBytes: readonly number[];
  readonly timeoutMs: number;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
};

/** Reads all images of the job into memory. Throws, naming the file, where one cannot be read. */
export const loadTarget = async (
  job: Pick<LoadJob, 'url' | 'method' | 'protocol' | 'images' | 'headers' | 'timeoutMs'>,
): Promise<Target> => {
  const { origin, host, pathname, search } = new URL(job.url);
  const path = pathname + search;
  if (job.method === 'GET') {
    const request = { path, bytes: Buffer.from(headOf('GET', path, host)) };
    const { timeoutMs } = job;
    return { origin, protocol: 'rest', requests: [request], bodyBytes: [0], timeoutMs };
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
    bodyBytes: bodies.map((body) => body.length),
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

const PREFIX_BYTES = 5;

/** A message behind its prefix: a byte that says that it is not compressed, and its length, big-endian. */
const framed = (message: Buffer): Buffer => {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
};

const contentTypeOf = (file: string): string =>
  CONTENT_TYPES[extname(file).toLowerCase()] ?? 'application/octet-stream';

const readImage = async (file: string): Promise<Buffer> => {
  try {
    return await readFile(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`The image ${file} cannot be read (${why}). Check the images of the job.`, {
      cause: error,
    });
  }
};
