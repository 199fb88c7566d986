import { GetObjectCommand } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { BenchError } from '../model/errors.ts';
import type { Aws } from './clients.ts';

/** An object that was downloaded and compared with what the bucket says of it. */
export interface Download {
  readonly body: Buffer;
  readonly etag: string;
  /** In hex. */
  readonly sha256: string;
}

const ATTEMPTS = 3;

/** The ETag of an object in one part is its MD5, unless a key of one's own encrypts it. */
const MD5_ETAG = /^"?([0-9a-f]{32})"?$/;

/** Why the content is not what was put; undefined where it is, as far as the bucket tells. */
const mismatchOf = (
  body: Buffer,
  said: { readonly sha256: string | undefined; readonly etag: string; readonly size: number },
): string | undefined => {
  if (said.sha256 !== undefined) {
    return createHash('sha256').update(body).digest('base64') === said.sha256
      ? undefined
      : 'its SHA-256 is not the one that the bucket holds';
  }
  if (body.length !== said.size) return `it has ${body.length} bytes instead of ${said.size}`;
  const md5 = MD5_ETAG.exec(said.etag)?.[1];
  return md5 === undefined || createHash('md5').update(body).digest('hex') === md5
    ? undefined
    : 'its MD5 is not the one that the bucket holds';
};

/**
 * Downloads an object and verifies it: by the SHA-256 with which nodes put it, else by size and MD5. Tries again where it
 * is not whole.
 *
 * @throws BenchError where it is not whole after several tries.
 */
export const downloadObject = async (aws: Aws, bucket: string, key: string): Promise<Download> => {
  let problem = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    try {
      const response = await aws.s3.send(
        new GetObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' }),
      );
      const body = Buffer.from((await response.Body?.transformToByteArray()) ?? []);
      const etag = response.ETag ?? '';
      const mismatch = mismatchOf(body, {
        sha256: response.ChecksumSHA256,
        etag,
        size: response.ContentLength ?? body.length,
      });
      if (mismatch === undefined) {
        return { body, etag, sha256: createHash('sha256').update(body).digest('hex') };
      }
      problem = mismatch;
    } catch (error) {
      // The client compares checksums too, and a connection may break off in the middle.
      const isBroken =
        error instanceof Error && /checksum mismatch|aborted|ECONNRESET/i.test(error.message);
      if (!isBroken) throw error;
      problem = error.message;
    }
  }
  throw new BenchError(
    'BENCH_CHECKSUM',
    `s3://${bucket}/${key} did not come whole in ${ATTEMPTS} tries: ${problem}`,
    { hint: 'try again: what is there and whole is not downloaded again' },
  );
};
