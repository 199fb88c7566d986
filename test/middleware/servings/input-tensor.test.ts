import { formOf, givenTensor, pixelTensor } from '../../../middleware/servings/input-tensor.ts';
import { normalisationOf, toNumbers } from '../../../serving-configs/models/input/normalise.ts';
import { CLASSIFIER } from '../../../serving-configs/models/model.ts';
import { noise } from '../../support/image.ts';
import { tensor } from '../../support/user-model.ts';

const pixels = { width: 8, height: 6, data: noise(8, 6) };
const text = (parts: readonly Uint8Array[]): string => Buffer.concat(parts).toString();

describe.each(['NCHW', 'NHWC'] as const)('An image as a tensor in %s', (layout) => {
  const image = pixelTensor('image', pixels, formOf(CLASSIFIER.images[layout]));
  const expected = toNumbers(pixels, normalisationOf(CLASSIFIER.images[layout]));

  it('has its floats as bytes, as a list, and as a named tensor', () => {
    const floats = Buffer.from(expected.buffer);

    expect(Buffer.concat(image.asBytes().parts).equals(floats)).toBe(true);
    expect(image.byteLength).toBe(floats.length);
    expect(Buffer.from(image.named().bytes).equals(floats)).toBe(true);
    const { data } = JSON.parse(text(image.asList('{"data":', '}').parts)) as {
      data: readonly number[];
    };
    expect(data.map(Math.fround)).toEqual([...expected]);
  });

  it('follows a head of any length in the same buffer', () => {
    for (const length of [1, 2, 3, 4, 5]) {
      const head = Buffer.from('abcde').subarray(0, length);
      const { parts } = image.asBytes(head);

      expect(parts).toHaveLength(1);
      expect(
        Buffer.from(parts[0] ?? [])
          .subarray(0, length)
          .equals(head),
      ).toBe(true);
      expect(parts[0]).toHaveLength(length + image.byteLength);
    }
  });

  it('reuses memory that was released, but only once', () => {
    const first = image.asBytes();
    first.release?.();
    first.release?.();
    const second = image.asBytes();
    const third = image.asBytes();

    expect(second.parts[0]?.buffer).toBe(first.parts[0]?.buffer);
    expect(third.parts[0]?.buffer).not.toBe(second.parts[0]?.buffer);
  });
});

describe('A tensor as a client sent it', () => {
  const ids = tensor('ids', 'INT64', [1, 3], [101, -7, 2 ** 53 - 1]);

  it('passes its bytes on without a copy, after the head', () => {
    const head = Buffer.from('head');

    expect(givenTensor(ids).asBytes(head).parts).toEqual([head, ids.bytes]);
    expect(givenTensor(ids).asBytes().parts[0]).toBe(ids.bytes);
  });

  it('is a flat list with all digits', () => {
    expect(text(givenTensor(ids).asList('<', '>').parts)).toBe('<[101,-7,9007199254740991]>');
  });
});
