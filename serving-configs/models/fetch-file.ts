import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { causeOf, UsageError } from '../options/usage-error.ts';
import { ensureFolder } from './built-folder.ts';
import { withTries } from './with-tries.ts';

/** Creates a progress callback that prints a line at each tenth of a download. */
export const reportTenths = (print: (line: string) => void): OnProgress => {
  let printed = 0;
  return (receivedBytes, sizeBytes) => {
    const tenths = Math.floor((10 * receivedBytes) / sizeBytes);
    if (tenths === printed) return;
    printed = tenths;
    print(`fetched  ${tenths * 10} % of ${(sizeBytes / 1e6).toFixed(1)} MB`);
  };
};

/** A file that can be downloaded. */
export interface PublishedFile {
  readonly url: string;
  readonly sizeBytes: number;
  /** As hex. */
  readonly sha256: string;
}

export type OnProgress = (receivedBytes: number, sizeBytes: number) => void;

export interface FetchOptions {
  /** What users can do if the download fails. */
  readonly hint: string;
  readonly onProgress?: OnProgress;
  /** The download fails if no data comes for this time. */
  readonly stallMs?: number;
  /** The pause before the next of three tries. */
  readonly pauseMs?: number;
  /** Stops the download. */
  readonly signal?: AbortSignal | undefined;
}

const STALL_MS = 60_000;
const TRIES = 3;
const PAUSE_MS = 3000;

/**
 * Downloads a published file. Leaves an incomplete file if it fails.
 * @throws UsageError if the download fails or stalls, or it is a different file.
 */
const fetchInto = async (
  target: string,
  { url, sizeBytes, sha256 }: PublishedFile,
  { hint, onProgress, stallMs = STALL_MS, signal: stopping }: FetchOptions,
): Promise<void> => {
  const problem = (why: string, cause?: unknown): UsageError =>
    new UsageError(`cannot fetch ${url}: ${why}`, hint, { cause });
  const stalled = new AbortController();
  const stall = (): void => stalled.abort(new Error(`no data came for ${stallMs / 1000} s`));
  const timer = setTimeout(stall, stallMs);
  const hash = createHash('sha256');
  const handle = await open(target, 'w');
  let received = 0;
  try {
    // The known size is that of the uncompressed file.
    const headers = { 'accept-encoding': 'identity' };
    const signal = AbortSignal.any([stalled.signal, ...(stopping === undefined ? [] : [stopping])]);
    const response = await fetch(url, { headers, signal });
    if (!response.ok || response.body === null) {
      throw problem(`the server answers ${response.status} ${response.statusText}`.trim());
    }
    for await (const chunk of response.body) {
      timer.refresh();
      hash.update(chunk);
      await handle.writeFile(chunk);
      received += chunk.length;
      onProgress?.(received, sizeBytes);
      if (received > sizeBytes) throw problem(`it has more than ${sizeBytes} bytes: another file`);
    }
    await handle.sync();
  } catch (error) {
    stopping?.throwIfAborted();
    if (error instanceof UsageError) throw error;
    throw problem(`after ${received} of ${sizeBytes} bytes: ${causeOf(error)}`, error);
  } finally {
    clearTimeout(timer);
    stalled.abort();
    await handle.close();
  }
  const found = hash.digest('hex');
  if (found === sha256) return;
  throw problem(`it is another file: ${received} bytes, SHA-256 ${found} instead of ${sha256}`);
};

/**
 * Returns the path of a published file, and downloads it if it is missing, in up to three tries. The file has its own folder, which
 * appears only when the size and the hash of the file are correct.
 * @param folder - A folder that is named after this version of the file.
 * @param facts - Further facts for the record beside the file.
 * @throws UsageError if the download fails, and errors of the file system, such as ENOSPC.
 */
export const ensureFetched = async (
  folder: string,
  file: PublishedFile,
  facts: Readonly<Record<string, string>>,
  options: FetchOptions,
): Promise<string> => {
  const { url, sizeBytes, sha256 } = file;
  const name = path.posix.basename(new URL(url).pathname);
  await ensureFolder(folder, { url, ...facts }, async (unfinished) => {
    const fetchAll = () => fetchInto(path.join(unfinished, name), file, options);
    // Networks fail for short times, and nobody watches a node that sets itself up.
    await withTries(TRIES, fetchAll, async (error) => {
      if (!(error instanceof UsageError)) throw error;
      await sleep(options.pauseMs ?? PAUSE_MS);
    });
    return { [name]: { sizeBytes, sha256 } };
  });
  return path.join(folder, name);
};
