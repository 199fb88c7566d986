import { imageOfForm } from '../../middleware/form-image.ts';
import { cat, formOf } from '../support/middleware.ts';

const image = { name: 'image', content: cat };

describe('A form with an image', () => {
  it('gives a view of the bytes of its field, whatever other fields it has', () => {
    const { body, contentType } = formOf([
      { name: 'note', content: 'hello' },
      image,
      { name: 'images', content: 'no' },
    ]);
    const bytes = imageOfForm(body, contentType);

    expect(bytes.equals(cat)).toBe(true);
    expect(bytes.buffer).toBe(body.buffer);
  });

  it('may have a preamble, a quoted boundary, spaces and an epilogue', () => {
    const body = Buffer.from(
      'preamble\r\n--a b  \r\ncontent-disposition: form-data; name=image\r\n\r\nbytes\r\n--a b--\r\nepilogue',
    );

    expect(imageOfForm(body, 'multipart/form-data; boundary="a b"').toString()).toBe('bytes');
  });

  it('returns an empty image as empty', () => {
    const { body, contentType } = formOf([{ name: 'image', content: '' }]);

    expect(imageOfForm(body, contentType)).toHaveLength(0);
  });

  it.each([
    ['has no field "image"', formOf([{ name: 'photo', content: cat }]), 'INFER_IMAGE_MISSING'],
    ['has no part at all', formOf([]), 'INFER_IMAGE_MISSING'],
    ['has two images', formOf([image, image]), 'INFER_IMAGE_AMBIGUOUS'],
  ])('is refused if it %s', (_, { body, contentType }, code) => {
    expect(() => imageOfForm(body, contentType)).toThrow(expect.objectContaining({ code }));
  });

  it.each([
    ['without a boundary', '', 'multipart/form-data'],
    ['that is empty', '', 'multipart/form-data; boundary=b'],
    ['with another boundary', '--a\r\n\r\n\r\n--a--', 'multipart/form-data; boundary=b'],
    ['that is cut in a head', '--b\r\nContent-Disp', 'multipart/form-data; boundary=b'],
    ['that is cut after a boundary', '--b', 'multipart/form-data; boundary=b'],
    ['that is cut in a part', '--b\r\nA: b\r\n\r\ncontent', 'multipart/form-data; boundary=b'],
    [
      'with too many parts',
      '--b\r\nA: b\r\n\r\n\r\n'.repeat(40),
      'multipart/form-data; boundary=b',
    ],
  ])('%s is malformed', (_, body, contentType) => {
    expect(() => imageOfForm(Buffer.from(body), contentType)).toThrow(
      expect.objectContaining({ code: 'INFER_FORM_MALFORMED' }),
    );
  });

  it('is never misread when it is cut anywhere', () => {
    const { body, contentType } = formOf([{ name: 'image', content: 'abc' }]);
    for (let length = 0; length < body.length - 4; length += 1) {
      expect(() => imageOfForm(body.subarray(0, length), contentType)).toThrow(
        expect.objectContaining({ code: 'INFER_FORM_MALFORMED' }),
      );
    }
  });
});
