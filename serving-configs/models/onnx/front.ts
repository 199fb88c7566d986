import type { Layout } from '../../manifest.ts';
import { channelsFrom, type ImageInput } from '../input/image-input.ts';
import type { OnnxConstant, OnnxNode } from './messages.ts';

interface Front {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxConstant[];
}

/** The constants of a 1×1 convolution that converts the values of one preprocessing to those of another. */
const adaptValues = (from: ImageInput, to: ImageInput): readonly OnnxConstant[] => {
  const weight = new Float32Array(9);
  const bias = new Float32Array(3);
  for (const [channel, { source, scale, offset }] of channelsFrom(from, to).entries()) {
    weight[channel * 3 + source] = scale;
    bias[channel] = offset;
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
 * @param images - The preprocessing of each layout.
 * @param from - The name of the tensor in the given layout.
 * @param to - The name of the network's input, which the last node computes.
 */
export const frontOf = (
  { NHWC, NCHW }: Readonly<Record<Layout, ImageInput>>,
  layout: Layout,
  from: string,
  to: string,
): Front => {
  if (layout === 'NCHW') return { nodes: [], constants: [] };
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
