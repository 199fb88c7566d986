import { readImageHeader } from '../../../../serving-configs/models/input/image-header.ts';
import { quadrants } from '../../../support/image.ts';

describe('The header of an image', () => {
  it('is read if the image has as many pixels as the limit, and refused with one more', async () => {
    const image = await quadrants(20, 10).png().toBuffer();

    expect(readImageHeader(image, 200)).toMatchObject({ width: 20, height: 10 });
    expect(() => readImageHeader(image, 199)).toThrow(
      expect.objectContaining({ code: 'too-many-pixels' }) as Error,
    );
  });
});
