import type { FloatTensor } from '../torch-file/read-state-dict.ts';
import { takeFolded, type LayerNames } from '../torch-file/take-folded.ts';
import { takeTensors } from '../torch-file/take-tensors.ts';
import { resnet50 } from './architecture.ts';

/** The default of torch.nn.BatchNorm2d. */
const EPSILON = 1e-5;

/** torchvision's names in a block, by our names of the convolutions. */
const IN_BLOCK: Readonly<Record<string, LayerNames>> = {
  reduce: { conv: 'conv1', norm: 'bn1' },
  spatial: { conv: 'conv2', norm: 'bn2' },
  expand: { conv: 'conv3', norm: 'bn3' },
  skip: { conv: 'downsample.0', norm: 'downsample.1' },
};

/** torchvision's names for one of our convolutions, such as `stage2.block1.reduce`, and for the batch norm after it. */
const namesOf = (layer: string): LayerNames => {
  if (layer === 'stem') return { conv: 'conv1', norm: 'bn1' };
  const [, stage, block, part = ''] = /^stage(\d)\.block(\d)\.(\w+)$/.exec(layer) ?? [];
  const names = IN_BLOCK[part];
  if (names === undefined) throw new Error(`torchvision has no name for ${layer}`);
  const prefix = `layer${stage}.${Number(block) - 1}`;
  return { conv: `${prefix}.${names.conv}`, norm: `${prefix}.${names.norm}` };
};

/**
 * Converts the 267 tensors of torchvision's ResNet-50 to the weights of our network, by name. Batch norm is folded into the convolution
 * before it.
 * @param tensors - The tensors, by their names in torchvision's `state_dict()`.
 * @throws OtherWeights if a tensor is missing or has another shape, or there is an unknown tensor.
 */
export const foldTorchvision = (
  tensors: ReadonlyMap<string, FloatTensor>,
): ReadonlyMap<string, Float32Array> => {
  const { take, assertNoOthers } = takeTensors(tensors, 'ResNet-50');
  const folded = new Map<string, Float32Array>();
  for (const { name, shape } of resnet50().weights) {
    // A convolution gets its bias from the batch norm, together with its weight.
    if (folded.has(name)) continue;
    if (name.startsWith('classes.')) {
      folded.set(name, take(name.replace('classes', 'fc'), shape));
      continue;
    }
    const layer = name.slice(0, -'.weight'.length);
    const { weight, bias } = takeFolded(take, namesOf(layer), shape, EPSILON);
    folded.set(`${layer}.weight`, weight).set(`${layer}.bias`, bias);
  }
  assertNoOthers();
  return folded;
};
