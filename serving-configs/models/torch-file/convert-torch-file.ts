import { UsageError } from '../../options/usage-error.ts';
import { UnreadableFile } from './byte-reader.ts';
import { readTorchFile } from './read-torch-file.ts';
import type { FloatTensor } from './tensors.ts';

export interface TorchFile {
  /** The path for messages. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

/**
 * Converts the weights in a file that `torch.save` wrote.
 * @param network - The network that the weights belong to, for messages.
 * @param hint - What users can do if the file does not contain them.
 * @param convert - Throws {@link UnreadableFile} for the tensors of another network.
 * @throws UsageError if the file does not contain such weights.
 */
export const convertTorchFile = <T>(
  { file, bytes }: TorchFile,
  network: string,
  hint: string,
  convert: (tensors: ReadonlyMap<string, FloatTensor>) => T,
): T => {
  try {
    return convert(readTorchFile(bytes));
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    throw new UsageError(`${file} holds no weights of ${network}: ${error.message}`, hint, {
      cause: error,
    });
  }
};
