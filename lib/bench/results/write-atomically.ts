import { open, rename, rm } from 'node:fs/promises';

/** A write of its own for each line would take most of the time. */
const PIECE_LENGTH = 1 << 20;

/** The same text in fewer and longer pieces. */
function* longPieces(parts: Iterable<string>): Generator<string> {
  let piece = '';
  for (const part of parts) {
    piece += part;
    if (piece.length < PIECE_LENGTH) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

const neighbourOf = (file: string): string => `${file}.${process.pid}.tmp`;

/** Rejects where {@link writeAtomically} could not write a file. */
export const assertWritable = async (file: string): Promise<void> => {
  const neighbour = neighbourOf(file);
  await (await open(neighbour, 'w')).close();
  await rm(neighbour);
};

/**
 * Writes a file so that its readers see the old content or the new, and never a part: into a neighbour first, flushed
 * to disk, then renamed. Leaves no neighbour behind if it fails.
 *
 * @param content as a whole, or in pieces that are asked for one after the other, so that they need not be there together, such as lines
 */
export const writeAtomically = async (
  file: string,
  content: string | Uint8Array | Iterable<string>,
): Promise<void> => {
  const neighbour = neighbourOf(file);
  try {
    const handle = await open(neighbour, 'w');
    try {
      const isWhole = typeof content === 'string' || content instanceof Uint8Array;
      await handle.writeFile(isWhole ? content : longPieces(content));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(neighbour, file);
  } catch (error) {
    await rm(neighbour, { force: true });
    throw error;
  }
};

/** {@link writeAtomically}, of JSON. */
export const writeJsonFile = (file: string, value: unknown): Promise<void> =>
  writeAtomically(file, `${JSON.stringify(value, null, 2)}\n`);
