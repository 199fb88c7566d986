import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Dispatcher } from 'undici';
import type { Protocol } from '../../../serving-configs/manifest.ts';
import { messageOf } from '../model/errors.ts';
import type { LoadJob } from './job.ts';

/** Where and what a job sends, ready for the client: nothing of it is built again for a request. */
export interface LoadTarget {
  readonly origin: string;
  readonly protocol: Protocol;
  /** One for each image of the job, in its order, or one alone if the server draws; with gRPC the body is the message behind its prefix. */
  readonly requests: readonly (Dispatcher.DispatchOptions & { readonly body: Buffer })[];
  readonly timeoutMs: number;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
};

/** Reads all images of the job into memory. Throws, naming the file, if one cannot be read. */
export const readLoadTarget = async (
  job: Pick<LoadJob, 'url' | 'method' | 'protocol' | 'images' | 'headers' | 'timeoutMs'>,
): Promise<LoadTarget> => {
  const { origin, pathname, search } = new URL(job.url);
  const path = pathname + search;
  if (job.method === 'GET') {
    const request = { origin, path, method: 'GET' as const, body: Buffer.alloc(0) };
    const { timeoutMs } = job;
    return { origin, protocol: 'rest', requests: [request], timeoutMs };
  }
  const bodies = await Promise.all(job.images.map(readImage));
  return {
    origin,
    protocol: job.protocol ?? 'rest',
    requests: bodies.map((body, index) => ({
      origin,
      path,
      method: 'POST',
      headers: Object.entries(
        job.headers?.[index] ?? { 'content-type': contentTypeOf(job.images[index] ?? '') },
      ).flat(),
      body: job.protocol === 'grpc' ? framed(body) : body,
    })),
    timeoutMs: job.timeoutMs,
  };
};

const PREFIX_BYTES = 5;

/** A message behind its prefix: a byte that says that it is not compressed, and its length, big-endian. */
const framed = (message: Buffer): Buffer => {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
};

/** By the ending of the file's name. */
export const contentTypeOf = (file: string): string =>
  CONTENT_TYPES[extname(file).toLowerCase()] ?? 'application/octet-stream';

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
