import { open } from 'node:fs/promises';
import { END, END_BYTES } from './zip-members.ts';

/** Only TorchScript has it, beside its weights: torch.save writes none. */
const CONSTANTS = '/constants.pkl';
/** Between the directory and the end, in files that may be larger than 4 GiB. */
const BEFORE_END_BYTES = 76;
/** No directory of such a file is larger. */
const MOST_BYTES = 2 ** 26;

/** Whether a file is TorchScript, as torch.jit.save writes it: a ZIP archive with a program. Only its directory is read. */
export const isTorchScript = async (file: string): Promise<boolean> => {
  const opened = await open(file);
  try {
    const { size } = await opened.stat();
    const lastBytes = async (count: number): Promise<Buffer> => {
      const bytes = Buffer.alloc(Math.min(count, size));
      await opened.read(bytes, 0, bytes.length, size - bytes.length);
      return bytes;
    };
    const end = await lastBytes(END_BYTES);
    if (end.length < END_BYTES || end.readUInt32LE() !== END) return false;
    const directoryBytes = Math.min(end.readUInt32LE(12), MOST_BYTES);
    return (await lastBytes(directoryBytes + BEFORE_END_BYTES + END_BYTES)).includes(CONSTANTS);
  } finally {
    await opened.close();
  }
};
