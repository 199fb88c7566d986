import {
  DeleteObjectsCommand,
  GetObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { BenchError } from '../model/errors.ts';
import { awsErrorName } from './aws-error.ts';
import type { Aws } from './clients.ts';

/** One object of a bucket, as a listing shows it. */
export interface ListedObject {
  readonly key: string;
  readonly size: number;
  readonly lastModified: Date;
}

/** All objects below a prefix, in the order of their keys. */
export const listObjects = async (
  aws: Aws,
  bucket: string,
  prefix: string,
): Promise<readonly ListedObject[]> => {
  const found: ListedObject[] = [];
  const input = { Bucket: bucket, Prefix: prefix };
  for await (const page of paginateListObjectsV2({ client: aws.s3 }, input)) {
    for (const { Key = '', Size = 0, LastModified } of page.Contents ?? []) {
      found.push({ key: Key, size: Size, lastModified: LastModified ?? new Date(0) });
    }
  }
  return found;
};

/** The parts of the keys behind a prefix up to the next slash: the folders in it. */
export const listFolders = async (
  aws: Aws,
  bucket: string,
  prefix: string,
): Promise<readonly string[]> => {
  const found: string[] = [];
  const input = { Bucket: bucket, Prefix: prefix, Delimiter: '/' };
  for await (const page of paginateListObjectsV2({ client: aws.s3 }, input)) {
    for (const { Prefix = '' } of page.CommonPrefixes ?? []) {
      found.push(Prefix.slice(prefix.length, -1));
    }
  }
  return found;
};

/** The text of an object; undefined where there is none. */
export const readText = async (
  aws: Aws,
  bucket: string,
  key: string,
): Promise<string | undefined> => {
  try {
    const { Body } = await aws.s3.send(
      new GetObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' }),
    );
    return await Body?.transformToString();
  } catch (error) {
    if (awsErrorName(error) === 'NoSuchKey') return undefined;
    throw error;
  }
};

/** A JSON object of the bucket; undefined where there is none. */
export const readJson = async (aws: Aws, bucket: string, key: string): Promise<unknown> => {
  const text = await readText(aws, bucket, key);
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
};

/** Writes an object whole or not at all; AWS compares its SHA-256 before it keeps it. */
export const putObject = async (
  aws: Aws,
  bucket: string,
  key: string,
  content: string | Buffer,
): Promise<void> => {
  await aws.s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: key, Body: content, ChecksumAlgorithm: 'SHA256' }),
  );
};

/** Writes a JSON object. */
export const writeJson = (aws: Aws, bucket: string, key: string, value: unknown): Promise<void> =>
  putObject(aws, bucket, key, `${JSON.stringify(value, null, 2)}\n`);

/** What one call of DeleteObjects takes at most. */
const DELETED_AT_ONCE = 1000;

/**
 * Deletes objects.
 *
 * @throws BenchError that names the first that AWS did not delete.
 */
export const deleteObjects = async (
  aws: Aws,
  bucket: string,
  keys: readonly string[],
): Promise<void> => {
  for (let from = 0; from < keys.length; from += DELETED_AT_ONCE) {
    const some = keys.slice(from, from + DELETED_AT_ONCE);
    const { Errors = [] } = await aws.s3.send(
      new DeleteObjectsCommand({
        Bucket: bucket,
        Delete: { Objects: some.map((Key) => ({ Key })), Quiet: true },
      }),
    );
    const [first] = Errors;
    if (first !== undefined) {
      throw new BenchError(
        'BENCH_AWS',
        `${Errors.length} objects of s3://${bucket} could not be deleted, the first is ${first.Key ?? ''}: ${first.Message ?? first.Code ?? ''}`,
        { hint: 'run this command again; objects that are already deleted are skipped' },
      );
    }
  }
};
