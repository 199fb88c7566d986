import { open, rename, rm } from 'node:fs/promises';

/**
 * Writes a file so that its readers see the old content or the new, and never a part: into a neighbour first, flushed
 * to disk, then renamed. Leaves no neighbour behind if it fails.
 *
 * @param content as a whole, or in pieces that are asked for one after the other, so that they need not be there together
 */
export const writeAtomically = async (
  file: string,
  content: string | Uint8Array | Iterable<string>,
): Promise<void> => {
  const neighbour = `${file}.${process.pid}.tmp`;
  try {
    const handle = await open(neighbour, 'w');
    try {
      await handle.writeFile(content);
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
