import { resnet50 } from '../../../../serving-configs/models/resnet50/architecture.ts';
import { foldTorchvision } from '../../../../serving-configs/models/resnet50/torchvision-weights.ts';
import { madeUpStateDict } from './made-up-state-dict.ts';

const tensors = madeUpStateDict();
const valueOf = (name: string, at: number): number => tensors.get(name)?.values[at] ?? Number.NaN;

describe("the weights of torchvision's ResNet-50", () => {
  const folded = foldTorchvision(tensors);

  it('are 267 tensors, of which each tensor of ours is made in its size', () => {
    expect(tensors.size).toBe(267);
    const sizes = resnet50('input', 'logits').weights.map(({ name, shape }): [string, number] => [
      name,
      shape.reduce((product, size) => product * size, 1),
    ]);

    expect(new Map([...folded].map(([name, { length }]) => [name, length]))).toEqual(
      new Map(sizes),
    );
  });

  it.each([
    ['stem', 'conv1', 'bn1'],
    ['stage1.block1.skip', 'layer1.0.downsample.0', 'layer1.0.downsample.1'],
    ['stage3.block6.spatial', 'layer3.5.conv2', 'layer3.5.bn2'],
    ['stage4.block3.expand', 'layer4.2.conv3', 'layer4.2.bn3'],
  ])('have in our %s what %s and %s give one after the other', (layer, conv, norm) => {
    const { shape = [], values } = tensors.get(`${conv}.weight`) ?? {};
    const perChannel = (values?.length ?? 0) / (shape[0] ?? 1);
    for (const channel of [0, 1, (shape[0] ?? 1) - 1]) {
      const gain =
        valueOf(`${norm}.weight`, channel) /
        Math.sqrt(valueOf(`${norm}.running_var`, channel) + 1e-5);
      const shift = valueOf(`${norm}.bias`, channel);
      const at = channel * perChannel + perChannel - 1;

      expect(folded.get(`${layer}.weight`)?.[at]).toBe(
        Math.fround(valueOf(`${conv}.weight`, at) * gain),
      );
      expect(folded.get(`${layer}.bias`)?.[channel]).toBe(
        Math.fround(shift - valueOf(`${norm}.running_mean`, channel) * gain),
      );
    }
  });

  it('are refused when they hold a tensor of another network', () => {
    const weights = new Map(tensors);
    weights.set('layer3.6.bn1.bias', { shape: [1], values: new Float32Array(1) });

    expect(() => foldTorchvision(weights)).toThrow('"layer3.6.bn1.bias"');
  });
});
