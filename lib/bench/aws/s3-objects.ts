import {
  DeleteObjectsCommand,
  GetObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { BenchError } from '../model/errors.ts';
import { awsErrorName } from './aws-error.ts';
import type { Aws } from './clients.ts';

/** An object in a listing of a bucket. */
export interface ListedObject {
  readonly key: string;
  readonly size: number;
  readonly lastModified: Date;
}

/** Lists all objects below a prefix, in the order of their keys. */
export const listObjects = async (
  aws: Aws,
  bucket: string,
  prefix: string,
): Promise<readonly ListedObject[]> => {
  const objects: ListedObject[] = [];
  const input = { Bucket: bucket, Prefix: prefix };
  for await (const page of paginateListObjectsV2({ client: aws.s3 }, input)) {
    for (const { Key = '', Size = 0, LastModified } of page.Contents ?? []) {
      objects.push({ key: Key, size: Size, lastModified: LastModified ?? new Date(0) });
    }
  }
  return objects;
};

/** Lists the folders directly below a prefix: the parts of the keys between the prefix and the next slash. */
export const listFolders = async (
  aws: Aws,
  bucket: string,
  prefix: string,
): Promise<readonly string[]> => {
  const folders: string[] = [];
  const input = { Bucket: bucket, Prefix: prefix, Delimiter: '/' };
  for await (const page of paginateListObjectsV2({ client: aws.s3 }, input)) {
    for (const { Prefix = '' } of page.CommonPrefixes ?? []) {
      folders.push(Prefix.slice(prefix.length, -1));
    }
  }
  return folders;
};

/** Reads an object as text; undefined if it does not exist. */
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

/** Reads an object as JSON; undefined if it does not exist. */
export const readJson = async (aws: Aws, bucket: string, key: string): Promise<unknown> => {
  const text = await readText(aws, bucket, key);
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
};

/** Writes an object completely or not at all; S3 verifies its SHA-256 before it stores it. */
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

export const writeJson = (aws: Aws, bucket: string, key: string, value: unknown): Promise<void> =>
  putObject(aws, bucket, key, `${JSON.stringify(value, null, 2)}\n`);

/** The most keys that one DeleteObjects call accepts. */
const KEYS_PER_CALL = 1000;

/** @throws BenchError that names the first object that could not be deleted. */
export const deleteObjects = async (
  aws: Aws,
  bucket: string,
  keys: readonly string[],
): Promise<void> => {
  for (let start = 0; start < keys.length; start += KEYS_PER_CALL) {
    const batch = keys.slice(start, start + KEYS_PER_CALL);
    const { Errors = [] } = await aws.s3.send(
      new DeleteObjectsCommand({
        Bucket: bucket,
        Delete: { Objects: batch.map((Key) => ({ Key })), Quiet: true },
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
