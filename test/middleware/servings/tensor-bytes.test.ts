import { tensorBytes } from '../../../middleware/servings/tensor-bytes.ts';
import { toTensor } from '../../../serving-configs/models/input/normalise.ts';
import { noise } from '../../support/image.ts';

const pixels = { width: 8, height: 6, data: noise(8, 6) };

describe('The bytes of a tensor', () => {
  it.each([['NCHW'], ['NHWC']] as const)('are its floats as %s', (layout) => {
    const { bytes } = tensorBytes(pixels, layout);
    const expected = toTensor(pixels, layout, layout);

    expect(Buffer.from(bytes).equals(Buffer.from(expected.buffer))).toBe(true);
  });

  it('reuse memory that was released, but only once', () => {
    const first = tensorBytes(pixels, 'NHWC');
    first.release();
    first.release();
    const second = tensorBytes(pixels, 'NHWC');
    const third = tensorBytes(pixels, 'NHWC');

    expect(second.bytes.buffer).toBe(first.bytes.buffer);
    expect(third.bytes.buffer).not.toBe(second.bytes.buffer);
  });
});
