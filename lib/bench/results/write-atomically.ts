import { open, rename, rm } from 'node:fs/promises';

const CHUNK_LENGTH = 1 << 20;

/** Joins text into long chunks, because one write per line would take most of the time. */
function* inLongChunks(parts: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const part of parts) {
    chunk += part;
    if (chunk.length < CHUNK_LENGTH) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

const temporaryOf = (file: string): string => `${file}.${process.pid}.tmp`;

/** Rejects if {@link writeAtomically} could not write this file. */
export const assertWritable = async (file: string): Promise<void> => {
  const temporary = temporaryOf(file);
  await (await open(temporary, 'w')).close();
  await rm(temporary);
};

// Not write-file-atomic: its current release needs Node 22, and it takes no iterable.
/**
 * Writes a file so that readers see either the old content or the new, never a part of it: writes a temporary file next to it,
 * flushes that to disk and renames it. Leaves no temporary file behind if it fails.
 *
 * @param content complete, or as an iterable of parts that need not fit into memory together
 */
export const writeAtomically = async (
  file: string,
  content: string | Uint8Array | Iterable<string>,
): Promise<void> => {
  const temporary = temporaryOf(file);
  try {
    const handle = await open(temporary, 'w');
    try {
      const isComplete = typeof content === 'string' || content instanceof Uint8Array;
      await handle.writeFile(isComplete ? content : inLongChunks(content));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
};

/** Writes a value as JSON with {@link writeAtomically}. */
export const writeJsonFile = (file: string, value: unknown): Promise<void> =>
  writeAtomically(file, `${JSON.stringify(value, null, 2)}\n`);
