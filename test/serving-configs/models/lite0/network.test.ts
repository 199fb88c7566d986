import { lite0Graph } from '../../../../serving-configs/models/lite0/network.ts';
import { madeUpWeights } from './made-up-weights.ts';

const graph = lite0Graph(madeUpWeights(), { trained: 'false' });

const operators = (): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { op } of graph.nodes) counts[op] = (counts[op] ?? 0) + 1;
  return counts;
};

const convolutions = graph.nodes.filter(({ op }) => op === 'Conv');

describe('the graph of EfficientNet-Lite0', () => {
  it('has the layers of the paper, without squeeze-and-excitation and with ReLU6', () => {
    expect(operators()).toEqual({
      Mul: 1,
      Add: 1 + 9,
      Conv: 49,
      Clip: 33,
      GlobalAveragePool: 1,
      Flatten: 1,
      Gemm: 1,
    });
  });

  it('has 4.65 million parameters, batch norm folded into biases', () => {
    const sizes = graph.constants.map(({ name, shape }) => ({
      name,
      size: shape.reduce((product, size) => product * size, 1),
    }));
    const count = sizes
      .filter(({ name }) => /weight|bias/.test(name))
      .reduce((sum, { size }) => sum + size, 0);

    // 4,652,008 parameters (Tan, "EfficientNet-Lite", 2020), less one for each of the 21,008 channels that batch norm scales.
    expect(count).toBe(4_652_008 - 21_008);
  });

  it('halves the image five times, with odd padding at the end, as TensorFlow does', () => {
    const halving = convolutions.filter(
      ({ attributes }) => String(attributes?.['strides']) === '2,2',
    );

    expect(
      halving.map(({ attributes }) => [attributes?.['kernel_shape'], attributes?.['pads']]),
    ).toEqual(
      [3, 3, 5, 3, 5].map((kernel) => {
        const [before, behind] = [(kernel - 3) / 2, (kernel - 1) / 2];
        return [
          [kernel, kernel],
          [before, before, behind, behind],
        ];
      }),
    );
  });

  it('keeps the size everywhere else', () => {
    const otherConvolutions = convolutions.filter(
      ({ attributes }) => String(attributes?.['strides']) === '1,1',
    );

    for (const { attributes = {} } of otherConvolutions) {
      const [kernel = 0] = attributes['kernel_shape'] as readonly number[];
      expect(attributes['pads']).toEqual(Array.from({ length: 4 }, () => (kernel - 1) / 2));
    }
    expect(otherConvolutions).toHaveLength(44);
  });

  it('converts torchvision’s normalisation into (byte - 127) / 128 at its input', () => {
    const [scale, shift] = graph.nodes.slice(0, 2).map(({ inputs }) => {
      const constant = graph.constants.find(({ name }) => name === inputs[1]);
      return constant !== undefined && 'values' in constant ? Array.from(constant.values) : [];
    });
    const mean = [0.485, 0.456, 0.406];
    const deviation = [0.229, 0.224, 0.225];
    for (const colour of [0, 1, 2]) {
      for (const byte of [0, 100, 255]) {
        const given = (byte / 255 - (mean[colour] ?? 0)) / (deviation[colour] ?? 1);
        expect(given * (scale?.[colour] ?? 0) + (shift?.[colour] ?? 0)).toBeCloseTo(
          (byte - 127) / 128,
          5,
        );
      }
    }
  });

  it.each<[string, (weights: ReturnType<typeof madeUpWeights>) => unknown, RegExp]>([
    [
      'a missing tensor',
      (weights) => weights.delete('_blocks.3._bn1.running_var'),
      /no tensor "_blocks\.3\._bn1\.running_var"/,
    ],
    [
      'another shape',
      (weights) => weights.set('_fc.bias', { shape: [10], values: new Float32Array(10) }),
      /"_fc\.bias" is \[10\], EfficientNet-Lite0 has \[1000\]/,
    ],
    [
      'a tensor too many',
      (weights) => weights.set('_blocks.16.weight', { shape: [], values: new Float32Array(1) }),
      /no tensor "_blocks\.16\.weight"/,
    ],
  ])('is not built from weights with %s', (_, spoil, message) => {
    const weights = madeUpWeights();
    spoil(weights);

    expect(() => lite0Graph(weights, {})).toThrow(
      expect.objectContaining({
        name: 'OtherWeights',
        message: expect.stringMatching(message),
      }),
    );
  });
});
