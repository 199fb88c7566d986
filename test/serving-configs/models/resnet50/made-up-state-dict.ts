import type { FloatTensor } from '../../../../serving-configs/models/torch-file/read-state-dict.ts';

/** The number of blocks and channels in `layer1` to `layer4` of torchvision's resnet.py. */
const LAYERS = [
  { blocks: 3, planes: 64 },
  { blocks: 4, planes: 128 },
  { blocks: 6, planes: 256 },
  { blocks: 3, planes: 512 },
] as const;

/** Creates random numbers from -1 to 1 with the generator of Numerical Recipes, the same on every machine. */
const createDraw = (): (() => number) => {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state / 2 ** 31;
  };
};

/** Tensors with the names and shapes of torchvision's ResNet-50, but with made-up values. */
export const madeUpStateDict = (): Map<string, FloatTensor> => {
  const draw = createDraw();
  const tensors = new Map<string, FloatTensor>();
  const add = (name: string, shape: readonly number[], valueOf: () => number): void => {
    const length = shape.reduce((product, size) => product * size, 1);
    const values = new Float32Array(length);
    for (let at = 0; at < length; at++) values[at] = valueOf();
    tensors.set(name, { shape, values });
  };
  const conv = (name: string, from: number, to: number, size = 1): void => {
    const scale = Math.sqrt(3 / from);
    add(`${name}.weight`, [to, from, size, size], () => draw() * scale);
  };
  const norm = (name: string, channels: number): void => {
    add(`${name}.weight`, [channels], () => 1 + draw() / 2);
    add(`${name}.bias`, [channels], () => draw() / 5);
    add(`${name}.running_mean`, [channels], () => draw() / 5);
    add(`${name}.running_var`, [channels], () => 1 + draw() / 2);
  };
  conv('conv1', 3, 64, 7);
  norm('bn1', 64);
  let from = 64;
  for (const [index, { blocks, planes }] of LAYERS.entries()) {
    for (let block = 0; block < blocks; block++) {
      const name = `layer${index + 1}.${block}`;
      conv(`${name}.conv1`, from, planes);
      norm(`${name}.bn1`, planes);
      conv(`${name}.conv2`, planes, planes, 3);
      norm(`${name}.bn2`, planes);
      conv(`${name}.conv3`, planes, 4 * planes);
      norm(`${name}.bn3`, 4 * planes);
      if (block === 0) {
        conv(`${name}.downsample.0`, from, 4 * planes);
        norm(`${name}.downsample.1`, 4 * planes);
      }
      from = 4 * planes;
    }
  }
  add('fc.weight', [1000, from], () => draw() / 50);
  add('fc.bias', [1000], () => draw());
  return tensors;
};
