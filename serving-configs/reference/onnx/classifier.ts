import { shapeOf, type ImageInput } from '../../models/input/image-input.ts';
import type { ClassLabels } from '../../models/labels.ts';
import type { BuiltModel } from '../../models/model.ts';
import { describeTensor } from '../../models/tensors/make-tensor.ts';
import { valuesOf, type NamedTensor } from '../../models/tensors/tensor-body.ts';
import { fitsShape, type TensorSpec } from '../../models/tensors/tensor-spec.ts';
import { bytesOf } from '../../protocols/wire.ts';
import type { ShapedTensor } from './prepare-input.ts';
import { UnusableModel } from './session.ts';
import type { FileTensors } from './worker-messages.ts';

const HINT =
  'give an ONNX file of a classifier like ResNet-50 with --model, or describe any other model: npx serving-compare init --model FILE.onnx';

const describeAll = (specs: readonly TensorSpec[]): string =>
  specs.map((spec) => `${spec.name}: ${describeTensor(spec)}`).join('; ');

/**
 * Finds the input of a classifier, and how an image becomes it.
 * @throws UnusableModel if the file does not have the input and the output of our classifier, in one of its layouts.
 */
export const classifierInputOf = (
  { file, inputs, outputs }: FileTensors,
  { images, labels }: BuiltModel,
): ImageInput => {
  const [input, ...otherInputs] = inputs;
  const possible = [images.NCHW, images.NHWC].map((image) => {
    const spec = { datatype: 'FP32', shape: shapeOf(image.layout, image) } as const;
    return { image, spec };
  });
  const found = possible.find(
    ({ spec }) => input?.datatype === spec.datatype && fitsShape(spec.shape, input),
  );
  if (input === undefined || found === undefined || otherInputs.length > 0) {
    const wanted = possible.map(({ spec }) => describeTensor(spec));
    throw new UnusableModel(
      `${file} takes ${describeAll(inputs)}; the classifier takes one input ${wanted.join(' or ')}`,
      HINT,
    );
  }
  const [output] = outputs;
  const classes = labels.names.length;
  if (output?.datatype !== 'FP32' || ![-1, classes].includes(output.shape.at(-1) ?? 0)) {
    const wanted = describeTensor({ datatype: 'FP32', shape: [1, classes] });
    throw new UnusableModel(
      `${file} gives ${describeAll(outputs)}; the classifier gives ${wanted}`,
      HINT,
    );
  }
  return { ...found.image, input: input.name };
};

/** The request for the scores of an image. */
export const classifierRequest = (
  { input: name }: ImageInput,
  { values, shape }: ShapedTensor,
): readonly NamedTensor[] => [{ name, datatype: 'FP32', shape, bytes: bytesOf(values) }];

/** The scores in an answer, one per class. */
export const scoresIn = (
  [output]: readonly NamedTensor[],
  { names }: ClassLabels,
): Float32Array => {
  const scores = output && valuesOf(output);
  if (scores instanceof Float32Array && scores.length === names.length) return scores;
  throw new Error(`the model gave ${String(scores?.length)} values instead of ${names.length}`);
};
