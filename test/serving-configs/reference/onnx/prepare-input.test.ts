import { toTensor } from '../../../../serving-configs/models/input/normalise.ts';
import { adaptTensor } from '../../../../serving-configs/reference/onnx/prepare-input.ts';

const pixels = {
  width: 3,
  height: 2,
  data: Uint8Array.from({ length: 18 }, (_, index) => (index * 37) % 256),
};
const nchw = { values: toTensor(pixels, 'NCHW', 'NCHW'), shape: [1, 3, 2, 3] };
const nhwc = { values: toTensor(pixels, 'NHWC', 'NHWC'), shape: [1, 2, 3, 3] };

describe('the adapter between layouts', () => {
  it.each([
    ['NCHW', 'NHWC', nchw, nhwc],
    ['NHWC', 'NCHW', nhwc, nchw],
  ] as const)(
    'converts %s to %s as if the image had been prepared that way',
    (from, to, tensor, wanted) => {
      const { values, shape } = adaptTensor(tensor, from, to);
      const difference = values.map((value, index) => value - (wanted.values[index] ?? 0));

      expect(shape).toEqual(wanted.shape);
      expect(Math.max(...difference.map(Math.abs))).toBeLessThan(1e-4);
    },
  );

  it('returns a tensor of the correct layout unchanged', () => {
    expect(adaptTensor(nchw, 'NCHW', 'NCHW')).toBe(nchw);
  });
});
