import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { HashedFile } from './described-model.ts';

/** Hashes the content of a file. */
export const hashed = async (file: string): Promise<HashedFile> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return { file, sha256: hash.digest('hex') };
};
