import { hashFile } from '../../models/build/part-files.ts';
import type { Model } from '../../models/model.ts';
import { ensureModel } from '../../models/resnet50/ensure-model.ts';
import { UsageError } from '../../options/usage-error.ts';

interface ChosenModel {
  readonly trained: boolean;
  readonly sha256: string;
  /** The ONNX file. */
  readonly file: string;
}

/**
 * Returns the given model, or our ResNet-50 with random weights, which is built at its first use.
 * @throws UsageError if the given file cannot be read.
 */
export const chooseModel = async (
  modelFile: string | undefined,
  cacheFolder: string,
): Promise<ChosenModel> => {
  if (modelFile === undefined) {
    return { trained: false, ...(await ensureModel(cacheFolder)) };
  }
  const sha256 = await hashFile(modelFile).catch((error: unknown) => {
    throw new UsageError(
      `cannot read the model ${modelFile}: ${String(error)}`,
      'give the path of an ONNX file with --model',
      { cause: error },
    );
  });
  return { trained: true, sha256, file: modelFile };
};

/** The ONNX file of a model. */
export const onnxFileOf = async (model: Model, cacheFolder: string): Promise<string> =>
  model.kind === 'given'
    ? model.formats.onnx
    : (await chooseModel(model.weights, cacheFolder)).file;
