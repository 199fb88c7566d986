import { tensorBytes } from '../../../middleware/servings/tensor-bytes.ts';
import { toTensor } from '../../../serving-configs/models/input/normalise.ts';
import { noise } from '../../support/image.ts';

const pixels = { width: 8, height: 6, data: noise(8, 6) };

describe('The bytes of a tensor', () => {
  it.each([['NCHW'], ['NHWC']] as const)('are its floats as %s', (layout) => {
    const { bytes } = tensorBytes(pixels, { family: 'torch', layout });
    const expected = toTensor(pixels, 'torch', layout);

    expect(Buffer.from(bytes).equals(Buffer.from(expected.buffer))).toBe(true);
  });

  it('use memory again that was given back, once', () => {
    const model = { family: 'keras', layout: 'NHWC' } as const;
    const first = tensorBytes(pixels, model);
    first.release();
    first.release();
    const second = tensorBytes(pixels, model);
    const third = tensorBytes(pixels, model);

    expect(second.bytes.buffer).toBe(first.bytes.buffer);
    expect(third.bytes.buffer).not.toBe(second.bytes.buffer);
  });
});
