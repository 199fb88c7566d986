import { GetObjectCommand, paginateListObjectsV2, PutObjectCommand } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { awsErrorName } from '../aws/aws-error.ts';
import type { Aws } from '../aws/clients.ts';
import { awsErrorHere } from './aws-error-here.ts';

/** The results bucket of a deployment, as a node uses it. Its methods reject with BenchErrors. */
export interface ResultsBucket {
  readonly name: string;
  /** Writes an object whole or not at all; AWS compares its SHA-256 before it keeps it. */
  readonly put: (key: string, body: Buffer, contentType: string) => Promise<void>;
  /** Undefined where there is no such object. */
  readonly get: (key: string) => Promise<Buffer | undefined>;
  /**
   * The keys below a prefix with the MD5 (hex) of their content. Where it is no MD5, as with keys of one's own to encrypt,
   * it equals that of nothing.
   */
  readonly list: (prefix: string) => Promise<ReadonlyMap<string, string>>;
}

export const createResultsBucket = (name: string, client: Aws['s3']): ResultsBucket => ({
  name,
  put: async (key, body, contentType) => {
    try {
      await client.send(
        new PutObjectCommand({
          Bucket: name,
          Key: key,
          Body: body,
          ContentType: contentType,
          ChecksumSHA256: createHash('sha256').update(body).digest('base64'),
        }),
      );
    } catch (error) {
      throw awsErrorHere(error);
    }
  },
  get: async (key) => {
    try {
      const { Body } = await client.send(
        new GetObjectCommand({ Bucket: name, Key: key, ChecksumMode: 'ENABLED' }),
      );
      return Body === undefined ? Buffer.alloc(0) : Buffer.from(await Body.transformToByteArray());
    } catch (error) {
      if (awsErrorName(error) === 'NoSuchKey') return undefined;
      throw awsErrorHere(error);
    }
  },
  list: async (prefix) => {
    const found = new Map<string, string>();
    try {
      for await (const page of paginateListObjectsV2(
        { client },
        { Bucket: name, Prefix: prefix },
      )) {
        for (const { Key = '', ETag = '' } of page.Contents ?? []) {
          found.set(Key, ETag.replaceAll('"', ''));
        }
      }
    } catch (error) {
      throw awsErrorHere(error);
    }
    return found;
  },
});
