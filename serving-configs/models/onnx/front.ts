import type { Layout } from '../../manifest.ts';
import { classifierInputs } from '../input/classifier.ts';
import type { ImageInput } from '../input/image-input.ts';
import type { OnnxConstant, OnnxNode } from './messages.ts';

interface Front {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxConstant[];
}

/** The colour of each channel: 0 is red, 1 green, 2 blue. */
const coloursOf = ({ colours }: ImageInput): readonly number[] =>
  colours === 'rgb' ? [0, 1, 2] : [2, 1, 0];

/** The constants of a 1×1 convolution that converts the values of one preprocessing to those of another. */
const adaptValues = (from: ImageInput, to: ImageInput): readonly OnnxConstant[] => {
  const weight = new Float32Array(9);
  const bias = new Float32Array(3);
  const [unit, wantedUnit] = [1 / from.scale, 1 / to.scale];
  for (const [channel, colour] of coloursOf(to).entries()) {
    const source = coloursOf(from).indexOf(colour);
    const [mean = 0, deviation = 1] = [to.mean[channel], to.deviation[channel]];
    weight[channel * 3 + source] =
      (unit * (from.deviation[source] ?? 1)) / (wantedUnit * deviation);
    bias[channel] = ((unit * (from.mean[source] ?? 0)) / wantedUnit - mean) / deviation;
  }
  return [
    { name: 'adapt.weight', shape: [3, 3, 1, 1], values: weight },
    { name: 'adapt.bias', shape: [3], values: bias },
  ];
};

const haveSameValues = (a: ImageInput, b: ImageInput): boolean =>
  (['colours', 'scale', 'mean', 'deviation'] as const).every(
    (fact) => String(a[fact]) === String(b[fact]),
  );

/**
 * The nodes before a network in NCHW layout that let it take another layout, with the preprocessing of that layout. There are none for
 * NCHW.
 * @param from - The name of the tensor in the given layout.
 * @param to - The name of the network's input, which the last node computes.
 */
export const frontOf = (layout: Layout, from: string, to: string): Front => {
  if (layout === 'NCHW') return { nodes: [], constants: [] };
  const { NHWC, NCHW } = classifierInputs;
  const isSame = haveSameValues(NHWC, NCHW);
  const turned = isSame ? to : `${from}.nchw`;
  const transpose: OnnxNode = {
    op: 'Transpose',
    inputs: [from],
    output: turned,
    attributes: { perm: [0, 3, 1, 2] },
  };
  if (isSame) return { nodes: [transpose], constants: [] };
  const conv: OnnxNode = {
    op: 'Conv',
    inputs: [turned, 'adapt.weight', 'adapt.bias'],
    output: to,
  };
  return { nodes: [transpose, conv], constants: adaptValues(NHWC, NCHW) };
};
