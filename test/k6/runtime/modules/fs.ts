import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { scriptFolder } from '../script-folder.ts';

export const SeekMode = { Start: 0, Current: 1, End: 2 } as const;

export interface File {
  readonly stat: () => Promise<{ readonly size: number }>;
  readonly seek: (offset: number, whence: number) => Promise<number>;
  readonly read: (into: Uint8Array) => Promise<number | null>;
}

/** Opens a file; a relative name is seen from the folder of the script. */
export const open = async (name: string): Promise<File> => {
  const bytes = await readFile(resolve(scriptFolder(), name));
  let position = 0;
  return {
    stat: () => Promise.resolve({ size: bytes.length }),
    seek: (offset, whence) => {
      if (whence !== SeekMode.Start) throw new Error('the runtime only seeks from the start');
      position = offset;
      return Promise.resolve(offset);
    },
    read: (into) => {
      const piece = bytes.subarray(position, position + into.length);
      into.set(piece);
      position += piece.length;
      return Promise.resolve(piece.length === 0 ? null : piece.length);
    },
  };
};
