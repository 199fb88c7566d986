import type { Layout } from '../../manifest.ts';
import { CLASS_COUNT } from '../../models/labels.ts';
import { inputShape, SCORES_SHAPE } from '../../models/served-model.ts';
import { describeTensor } from '../../models/tensors/make-tensor.ts';
import { valuesOf, type NamedTensor } from '../../models/tensors/tensor-body.ts';
import { fitsShape, type TensorSpec } from '../../models/tensors/tensor-spec.ts';
import { bytesOf } from '../../protocols/wire.ts';
import type { ShapedTensor } from './prepare-input.ts';
import { UnusableModel } from './session.ts';
import type { FileTensors } from './worker-messages.ts';

/** The input of a classifier's ONNX file. */
export interface ClassifierInput {
  readonly name: string;
  readonly layout: Layout;
}

const HINT =
  'give an ONNX file of a classifier like ResNet-50 with --model, or describe any other model: npx serving-compare init --model FILE.onnx';

const LAYOUTS = ['NCHW', 'NHWC'] as const;

const describeAll = (specs: readonly TensorSpec[]): string =>
  specs.map((spec) => `${spec.name}: ${describeTensor(spec)}`).join('; ');

const isImage = (layout: Layout, input: TensorSpec): boolean =>
  input.datatype === 'FP32' && fitsShape(inputShape({ layout }), input);

const areScores = ({ datatype, shape }: TensorSpec): boolean =>
  datatype === 'FP32' && [-1, CLASS_COUNT].includes(shape.at(-1) ?? 0);

/**
 * Finds the input of a classifier.
 * @throws UnusableModel if the file does not have the input and the output of our classifier, in one of its layouts.
 */
export const classifierInputOf = ({ file, inputs, outputs }: FileTensors): ClassifierInput => {
  const [input, ...otherInputs] = inputs;
  const layout = input && LAYOUTS.find((candidate) => isImage(candidate, input));
  if (input === undefined || layout === undefined || otherInputs.length > 0) {
    const wanted = LAYOUTS.map((candidate) =>
      describeTensor({ datatype: 'FP32', shape: inputShape({ layout: candidate }) }),
    );
    throw new UnusableModel(
      `${file} takes ${describeAll(inputs)}; the classifier takes one input ${wanted.join(' or ')}`,
      HINT,
    );
  }
  const [output] = outputs;
  if (output === undefined || !areScores(output)) {
    const wanted = describeTensor({ datatype: 'FP32', shape: SCORES_SHAPE });
    throw new UnusableModel(
      `${file} gives ${describeAll(outputs)}; the classifier gives ${wanted}`,
      HINT,
    );
  }
  return { name: input.name, layout };
};

/** The request for the scores of an image. */
export const classifierRequest = (
  { name }: ClassifierInput,
  { values, shape }: ShapedTensor,
): readonly NamedTensor[] => [{ name, datatype: 'FP32', shape, bytes: bytesOf(values) }];

/** The scores in an answer, one per class. */
export const scoresIn = ([output]: readonly NamedTensor[]): Float32Array => {
  const scores = output && valuesOf(output);
  if (scores instanceof Float32Array && scores.length === CLASS_COUNT) return scores;
  throw new Error(`the model gave ${String(scores?.length)} values instead of ${CLASS_COUNT}`);
};
