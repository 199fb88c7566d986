import { toTensor } from '../../../../serving-configs/models/input/normalise.ts';
import { adaptTensor } from '../../../../serving-configs/reference/onnx/prepare-input.ts';

const pixels = {
  width: 3,
  height: 2,
  data: Uint8Array.from({ length: 18 }, (_, index) => (index * 37) % 256),
};
const torch = { values: toTensor(pixels, 'NCHW', 'NCHW'), shape: [1, 3, 2, 3] };
const keras = { values: toTensor(pixels, 'NHWC', 'NHWC'), shape: [1, 2, 3, 3] };

describe('the adapter between layouts', () => {
  it.each([
    ['NCHW', 'NHWC', torch, keras],
    ['NHWC', 'NCHW', keras, torch],
  ] as const)(
    'turns %s into %s as if the image had been prepared that way',
    (from, to, given, wanted) => {
      const { values, shape } = adaptTensor(given, from, to);
      const difference = values.map((value, index) => value - (wanted.values[index] ?? 0));

      expect(shape).toEqual(wanted.shape);
      expect(Math.max(...difference.map(Math.abs))).toBeLessThan(1e-4);
    },
  );

  it('leaves a tensor of the right layout alone', () => {
    expect(adaptTensor(torch, 'NCHW', 'NCHW')).toBe(torch);
  });
});
