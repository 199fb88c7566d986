import { open, rename } from 'node:fs/promises';

/** Writes a JSON file whole or not at all, and returns when it is on disk. */
export const writeJsonFile = async (file: string, value: unknown): Promise<void> => {
  const temporary = `${file}.${process.pid}.part`;
  const handle = await open(temporary, 'w');
  try {
    await handle.writeFile(`${JSON.stringify(value, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
};
