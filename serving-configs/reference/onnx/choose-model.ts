import type { Layout } from '../../manifest.ts';
import { hashFile } from '../../models/build/part-files.ts';
import { ensureModel } from '../../models/resnet50/ensure-model.ts';
import { UsageError } from '../../options/usage-error.ts';

export interface ChosenModel {
  readonly trained: boolean;
  readonly sha256: string;
  /** The ONNX file for a layout. A trained model has one file for both layouts. */
  fileFor(layout: Layout): string;
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
    const { files, sha256 } = await ensureModel(cacheFolder);
    return { trained: false, sha256, fileFor: (layout) => files[layout] };
  }
  const sha256 = await hashFile(modelFile).catch((error: unknown) => {
    throw new UsageError(
      `cannot read the model ${modelFile}: ${String(error)}`,
      'give the path of an ONNX file with --model',
      { cause: error },
    );
  });
  return { trained: true, sha256, fileFor: () => modelFile };
};
