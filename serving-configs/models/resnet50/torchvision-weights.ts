import { foldBatchNorm } from '../fold-batch-norm.ts';
import type { NamedTensor } from '../torch-file/tensors.ts';
import { takeTensors } from '../torch-file/take-tensors.ts';
import { resnet50 } from './architecture.ts';

/** Of batch norm: the default of torch.nn.BatchNorm2d. */
const EPSILON = 1e-5;

interface LayerNames {
  readonly conv: string;
  readonly norm: string;
}

/** Convolutions of a block, by our names. */
const IN_BLOCK: Readonly<Record<string, LayerNames>> = {
  reduce: { conv: 'conv1', norm: 'bn1' },
  spatial: { conv: 'conv2', norm: 'bn2' },
  expand: { conv: 'conv3', norm: 'bn3' },
  skip: { conv: 'downsample.0', norm: 'downsample.1' },
};

/** What torchvision calls a convolution of ours and the batch norm behind it, e.g. `stage2.block1.reduce`. */
const namesOf = (layer: string): LayerNames => {
  if (layer === 'stem') return { conv: 'conv1', norm: 'bn1' };
  const [, stage, block, part = ''] = /^stage(\d)\.block(\d)\.(\w+)$/.exec(layer) ?? [];
  const names = IN_BLOCK[part];
  if (names === undefined) throw new Error(`torchvision has no name for ${layer}`);
  const prefix = `layer${stage}.${Number(block) - 1}`;
  return { conv: `${prefix}.${names.conv}`, norm: `${prefix}.${names.norm}` };
};

/**
 * The weights of our network, by their names there, from those of torchvision's ResNet-50: 267 tensors, of which batch norm
 * is folded into the convolutions before it.
 * @param tensors - By the names of torchvision's `state_dict()`.
 * @throws UnreadableFile where a tensor is missing, one too many, or of another shape.
 */
export const foldTorchvision = (
  tensors: ReadonlyMap<string, NamedTensor>,
): ReadonlyMap<string, Float32Array> => {
  const { take, assertNoOthers } = takeTensors(tensors, 'ResNet-50');
  const folded = new Map<string, Float32Array>();
  for (const { name, shape } of resnet50('input', 'logits').weights) {
    // The bias of a convolution comes out of its batch norm, together with its weight.
    if (folded.has(name)) continue;
    if (name.startsWith('classes.')) {
      folded.set(name, take(name.replace('classes', 'fc'), shape));
      continue;
    }
    const layer = name.slice(0, -'.weight'.length);
    const { conv, norm } = namesOf(layer);
    const channels = shape.slice(0, 1);
    const { weight, bias } = foldBatchNorm(
      take(`${conv}.weight`, shape),
      {
        scale: take(`${norm}.weight`, channels),
        shift: take(`${norm}.bias`, channels),
        mean: take(`${norm}.running_mean`, channels),
        variance: take(`${norm}.running_var`, channels),
      },
      EPSILON,
    );
    folded.set(`${layer}.weight`, weight).set(`${layer}.bias`, bias);
  }
  assertNoOthers();
  return folded;
};
