import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { sha256Of } from '../built-folder.ts';
import { UsageError } from '../../options/usage-error.ts';
import { readTorchFile } from '../torch-file/read-torch-file.ts';
import { UnreadableFile } from '../torch-file/unreadable-file.ts';
import { ensureBuiltModel, type BuiltModel } from './built-model.ts';
import { PUBLISHED_FILE, PUBLISHED_LICENCE, PUBLISHED_NAME } from './published-file.ts';
import { foldTorchvision } from './torchvision-weights.ts';
import type { ValuesOf } from './weights-file.ts';

export interface TrainedModel extends BuiltModel {
  /** For people. */
  readonly title: string;
  /** Whether these are the weights that torchvision publishes, wherever they came from. */
  readonly isPublished: boolean;
}

interface TorchFile {
  /** What it is called in messages. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

/**
 * The weights of our network from a file of torchvision's ResNet-50.
 * @throws UsageError where it is none.
 */
const convertWeights = ({ file, bytes }: TorchFile): ValuesOf => {
  try {
    const folded = foldTorchvision(readTorchFile(bytes));
    return ({ name }) => {
      const values = folded.get(name);
      if (values === undefined) throw new Error(`no values of ${name} were folded`);
      return values;
    };
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    throw new UsageError(
      `${file} holds no weights of torchvision's ResNet-50: ${error.message}`,
      "write it with torch.save(model.state_dict(), FILE), where model is torchvision's resnet50 in 32-bit floats",
      { cause: error },
    );
  }
};

/** What the model says of its weights, by their hash alone: the same bytes from wherever they came. */
const factsOf = (sha256: string): Readonly<Record<string, string>> => {
  const facts = { trained: 'true', weightsSha256: sha256 };
  return sha256 === PUBLISHED_FILE.sha256
    ? { ...facts, weights: PUBLISHED_NAME, licence: PUBLISHED_LICENCE }
    : { ...facts, weights: "a state_dict of torchvision's ResNet-50" };
};

/**
 * The ResNet-50 with the weights of a file, built where it is missing.
 * @param sha256 - Of the file, as hex.
 * @param read - Reads it, where the model is really built.
 * @throws UsageError where the file holds none of torchvision's ResNet-50.
 */
export const ensureConverted = (
  cacheFolder: string,
  sha256: string,
  read: () => Promise<TorchFile>,
): Promise<BuiltModel> =>
  ensureBuiltModel(cacheFolder, sha256.slice(0, 8), factsOf(sha256), async () =>
    convertWeights(await read()),
  );

/**
 * Gives the ResNet-50 with the weights of a file that `torch.save` wrote from a `state_dict()` of torchvision's, and builds
 * it where it is missing.
 * @param cacheFolder - The folder that may be deleted at any time; usually `.cache`.
 * @throws UsageError where the file cannot be read or is another one.
 */
export const ensureTrained = async (cacheFolder: string, file: string): Promise<TrainedModel> => {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new UsageError(
      `cannot read the weights: ${String(error)}`,
      'pass the path of a file that torch.save wrote',
      { cause: error },
    );
  });
  const sha256 = sha256Of(bytes);
  const model = await ensureConverted(cacheFolder, sha256, () => Promise.resolve({ file, bytes }));
  const isPublished = sha256 === PUBLISHED_FILE.sha256;
  const title = isPublished
    ? PUBLISHED_NAME
    : `ResNet-50, weights of ${path.basename(file)}, taken for trained`;
  return { ...model, title, isPublished };
};
