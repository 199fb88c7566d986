import { open } from 'node:fs/promises';

const EVERY_MS = 50;
const CHUNK_BYTES = 1 << 18;

/**
 * Reads a file that somebody else appends to. A file and not a pipe, because k6 writes its lines as it goes: a reader
 * that is busy for a moment would hold up the load.
 */
export const followFile = async (
  file: string,
  onText: (text: string) => void,
): Promise<{
  /** Reads what is there, closes, and rejects where reading or `onText` failed. */
  readonly finish: () => Promise<void>;
}> => {
  const handle = await open(file, 'r');
  const decoder = new TextDecoder();
  const buffer = Buffer.alloc(CHUNK_BYTES);
  let position = 0;
  const finished = new AbortController();
  const readOn = async (): Promise<void> => {
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      onText(decoder.decode(buffer.subarray(0, bytesRead), { stream: true }));
    }
  };
  const follow = async (): Promise<void> => {
    while (!finished.signal.aborted) {
      await readOn();
      await new Promise((resolve) => {
        setTimeout(resolve, EVERY_MS);
      });
    }
    await readOn();
  };
  const following = follow();
  // Awaited in `finish`, which says it.
  following.catch(() => undefined);
  return {
    finish: async () => {
      finished.abort();
      await following.finally(() => handle.close());
    },
  };
};
