import { open, rename, rm } from 'node:fs/promises';

/**
 * Writes a file so that its readers see the old content or the new, and never a part: into a neighbour first, flushed
 * to disk, then renamed. Leaves no neighbour behind where it fails.
 */
export const writeAtomically = async (
  file: string,
  content: string | Uint8Array,
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
