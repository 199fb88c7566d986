import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { HashedFile } from './user-model.ts';

/** A file with the hash of its content. */
export const hashed = async (file: string): Promise<HashedFile> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return { file, sha256: hash.digest('hex') };
};
