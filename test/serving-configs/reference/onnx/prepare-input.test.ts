import { normalisationOf, toNumbers } from '../../../../serving-configs/models/input/normalise.ts';
import { CLASSIFIER } from '../../../../serving-configs/models/model.ts';
import { adaptTensor } from '../../../../serving-configs/reference/onnx/prepare-input.ts';

const pixels = {
  width: 3,
  height: 2,
  data: Uint8Array.from({ length: 18 }, (_, index) => (index * 37) % 256),
};
const { NCHW, NHWC } = CLASSIFIER.images;
const nchw = { values: toNumbers(pixels, normalisationOf(NCHW)), shape: [1, 3, 2, 3] };
const nhwc = { values: toNumbers(pixels, normalisationOf(NHWC)), shape: [1, 2, 3, 3] };

describe('the adapter between layouts', () => {
  it.each([
    ['NCHW', 'NHWC', nchw, nhwc],
    ['NHWC', 'NCHW', nhwc, nchw],
  ] as const)(
    'converts %s to %s as if the image had been prepared that way',
    (from, to, tensor, wanted) => {
      const { values, shape } = adaptTensor(tensor, CLASSIFIER.images[from], CLASSIFIER.images[to]);
      const difference = values.map((value, index) => value - (wanted.values[index] ?? 0));

      expect(shape).toEqual(wanted.shape);
      expect(Math.max(...difference.map(Math.abs))).toBeLessThan(1e-4);
    },
  );

  it('returns a tensor of the correct layout unchanged', () => {
    expect(adaptTensor(nchw, NCHW, NCHW)).toBe(nchw);
  });
});
