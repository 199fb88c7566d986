import { GetObjectCommand } from '@aws-sdk/client-s3';
import { mkdir, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BenchError } from '../model/errors.ts';
import { mapLimited } from './map-limited.ts';
import type { Aws } from './clients.ts';
import { listObjects, type ListedObject } from './s3-objects.ts';

/** The result of a download. */
export interface DownloadSummary {
  /** Keys of all objects below the prefix; all are on disk. */
  readonly keys: readonly string[];
  /** Number of objects that had to be downloaded. */
  readonly downloaded: number;
  /** Size of the downloaded objects. */
  readonly bytes: number;
}

const CONCURRENT_DOWNLOADS = 12;

/**
 * The file that an object is written to.
 *
 * @throws BenchError if the key would leave the folder.
 */
const fileOf = (folder: string, prefix: string, key: string): string => {
  const parts = key.slice(prefix.length).split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..')) {
    throw new BenchError('BENCH_KEY', `the bucket holds a key that is not a file name: ${key}`, {
      hint: 'serving-compare did not write it; delete it with "aws s3api delete-object"',
    });
  }
  return join(folder, ...parts);
};

/** Whether an earlier download left the object on disk: like `aws s3 sync`, compares size and time. */
const isDownloaded = async (
  file: string,
  { size, lastModified }: ListedObject,
): Promise<boolean> => {
  const found = await stat(file).catch(() => undefined);
  return found?.size === size && found.mtime.getTime() === lastModified.getTime();
};

/** @throws BenchError if the download breaks off, or the content does not match the object's checksum. */
const readObject = async (aws: Aws, bucket: string, key: string): Promise<Uint8Array> => {
  const { Body } = await aws.s3.send(
    new GetObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' }),
  );
  try {
    return (await Body?.transformToByteArray()) ?? new Uint8Array();
  } catch (error) {
    throw new BenchError('BENCH_CHECKSUM', `s3://${bucket}/${key} was not downloaded completely`, {
      hint: 'try again: complete files are not downloaded again',
      cause: error,
    });
  }
};

/**
 * Downloads everything below a prefix into a folder. Keeps the files of an earlier call, so that a download that was cut off
 * continues.
 *
 * @throws BenchError if an object cannot be downloaded completely.
 */
export const downloadPrefix = async (
  aws: Aws,
  from: { readonly bucket: string; readonly prefix: string },
  folder: string,
  options: {
    readonly signal: AbortSignal;
    /** Called after each object with the number of objects on disk, and of all. */
    readonly onProgress?: (done: number, total: number) => void;
  },
): Promise<DownloadSummary> => {
  const objects = (await listObjects(aws, from.bucket, from.prefix)).filter(
    // The AWS console creates such objects for folders.
    ({ key }) => !key.endsWith('/'),
  );
  const count = { done: 0, downloaded: 0, bytes: 0 };
  await mapLimited(objects, CONCURRENT_DOWNLOADS, async (object) => {
    options.signal.throwIfAborted();
    const { key, lastModified } = object;
    const file = fileOf(folder, from.prefix, key);
    if (!(await isDownloaded(file, object))) {
      const content = await readObject(aws, from.bucket, key);
      await mkdir(dirname(file), { recursive: true });
      // A file has its final name only when it is complete.
      await writeFile(`${file}.part`, content);
      await utimes(`${file}.part`, lastModified, lastModified);
      await rename(`${file}.part`, file);
      count.downloaded += 1;
      count.bytes += content.length;
    }
    count.done += 1;
    options.onProgress?.(count.done, objects.length);
  });
  return {
    keys: objects.map(({ key }) => key),
    downloaded: count.downloaded,
    bytes: count.bytes,
  };
};
