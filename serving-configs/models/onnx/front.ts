import type { Layout } from '../../manifest.ts';
import { KERAS_MEAN, TORCH_DEVIATION, TORCH_MEAN } from '../input/statistics.ts';
import type { OnnxConstant, OnnxNode } from './messages.ts';

/**
 * What a model takes.
 * - `torch`: 32-bit floats as torchvision's preprocessing gives them: red, green, blue.
 * - `keras`: 32-bit floats as Keras's "caffe" preprocessing gives them: blue, green, red.
 */
export type InputValues = 'torch' | 'keras';

export interface InputForm {
  readonly layout: Layout;
  readonly values: InputValues;
}

interface Front {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxConstant[];
}

/** A 1×1 convolution that turns what Keras's preprocessing gives into what torchvision's gives. */
const kerasToTorch = (): readonly OnnxConstant[] => {
  const weight = new Float32Array(9);
  const bias = new Float32Array(3);
  for (const [colour, mean] of TORCH_MEAN.entries()) {
    const deviation = TORCH_DEVIATION[colour] ?? 1;
    weight[colour * 3 + (2 - colour)] = 1 / (255 * deviation);
    bias[colour] = ((KERAS_MEAN[colour] ?? 0) / 255 - mean) / deviation;
  }
  return [
    { name: 'adapt.weight', shape: [3, 3, 1, 1], values: weight },
    { name: 'adapt.bias', shape: [3], values: bias },
  ];
};

/**
 * The nodes that stand before a network which takes NCHW as torchvision gives it, so that the whole takes another form.
 * @param from - Name of the tensor in the given form.
 * @param to - Name of the tensor that the network takes; the output of the last node, where there is one.
 */
export const frontOf = ({ layout, values }: InputForm, from: string, to: string): Front => {
  const steps: (Pick<OnnxNode, 'op' | 'attributes'> & {
    name: string;
    rest?: readonly string[];
  })[] = [];
  if (layout === 'NHWC') {
    steps.push({ op: 'Transpose', name: `${from}.nchw`, attributes: { perm: [0, 3, 1, 2] } });
  }
  let constants: readonly OnnxConstant[] = [];
  if (values === 'keras') {
    constants = kerasToTorch();
    steps.push({ op: 'Conv', name: `${from}.adapted`, rest: ['adapt.weight', 'adapt.bias'] });
  }
  let before = from;
  const nodes = steps.map(({ op, name, rest = [], attributes }, index): OnnxNode => {
    const output = index === steps.length - 1 ? to : name;
    const node = { op, inputs: [before, ...rest], output, ...(attributes && { attributes }) };
    before = output;
    return node;
  });
  return { nodes, constants };
};
