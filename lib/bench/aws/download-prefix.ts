import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BenchError, systemCodeOf } from '../model/errors.ts';
import { writeJsonFile } from '../results/write-json-file.ts';
import type { Aws } from './clients.ts';
import { downloadObject } from './download-object.ts';
import { mapLimited } from '../results/map-limited.ts';
import { listObjects, type ListedObject } from './objects.ts';

/** What was downloaded earlier, by key: the file on disk is compared before it is trusted. */
type Downloaded = Record<string, { readonly etag: string; readonly sha256: string }>;

/** How a download went. */
export interface DownloadSummary {
  /** ETag by key of every object below the prefix; all are on disk and verified. */
  readonly objects: ReadonlyMap<string, string>;
  /** How many of them had to be downloaded. */
  readonly downloaded: number;
  readonly bytes: number;
}

const AT_ONCE = 12;
/** Remembers in a folder what was downloaded into it. */
export const LIST_FILE = 'downloaded.json';

const readDownloaded = async (file: string): Promise<Downloaded> => {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Downloaded;
  } catch {
    // Missing or damaged: everything is downloaded again.
    return {};
  }
};

/** @throws BenchError on a key that would leave the folder. */
const fileOf = (folder: string, prefix: string, key: string): string => {
  const parts = key.slice(prefix.length).split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..')) {
    throw new BenchError('BENCH_KEY', `the bucket holds a key that is no file name: ${key}`, {
      hint: 'no part of this project writes it; delete it with "aws s3api delete-object"',
    });
  }
  return join(folder, ...parts);
};

const isWhole = async (
  file: string,
  { etag }: ListedObject,
  before: Downloaded[string] | undefined,
): Promise<boolean> => {
  if (before === undefined || before.etag !== etag) return false;
  try {
    const body = await readFile(file);
    return createHash('sha256').update(body).digest('hex') === before.sha256;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return false;
    throw error;
  }
};

/**
 * Copies everything below a prefix into a folder. What an earlier call left there whole stays, so that a call that was cut
 * off goes on where it was.
 *
 * @param onProgress called after each object, with how many of how many are there
 * @throws BenchError where an object does not come whole.
 */
export const downloadPrefix = async (
  aws: Aws,
  from: { readonly bucket: string; readonly prefix: string },
  folder: string,
  options: {
    readonly signal: AbortSignal;
    readonly onProgress?: (done: number, total: number) => void;
  },
): Promise<DownloadSummary> => {
  const objects = (await listObjects(aws, from.bucket, from.prefix)).filter(
    // The console makes such objects for folders.
    ({ key }) => !key.endsWith('/'),
  );
  await mkdir(folder, { recursive: true });
  const listFile = join(folder, LIST_FILE);
  const known = await readDownloaded(listFile);
  const count = { done: 0, downloaded: 0, bytes: 0 };
  const fetchOne = async (object: ListedObject): Promise<void> => {
    options.signal.throwIfAborted();
    const { key } = object;
    const file = fileOf(folder, from.prefix, key);
    if (!(await isWhole(file, object, known[key]))) {
      const { body, etag, sha256 } = await downloadObject(aws, from.bucket, key);
      await mkdir(dirname(file), { recursive: true });
      // Never a part of a file under its own name.
      await writeFile(`${file}.part`, body);
      await rename(`${file}.part`, file);
      known[key] = { etag, sha256 };
      count.downloaded += 1;
      count.bytes += body.length;
    }
    count.done += 1;
    options.onProgress?.(count.done, objects.length);
  };
  try {
    await mapLimited(objects, AT_ONCE, fetchOne);
  } finally {
    await writeJsonFile(listFile, known);
  }
  return {
    objects: new Map(objects.map(({ key }) => [key, known[key]?.etag ?? ''])),
    downloaded: count.downloaded,
    bytes: count.bytes,
  };
};
