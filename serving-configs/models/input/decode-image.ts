import sharp, { type Sharp } from 'sharp';

import type { Geometry, Pixels } from './geometry.ts';
import { InvalidImage, readImageHeader } from './image-header.ts';

export { InvalidImage, type InvalidImageCode } from './image-header.ts';

/** What shows through a transparent image: white, the paper on which most of them are meant to lie. */
const BACKGROUND = '#ffffff';

/** The grey that detectors are trained with around an image: 114 of 255. */
const BORDER = '#727272';

/**
 * Adds the geometry to the pipeline without asking for the image's size first: such a question would read the
 * header a second time, and sizes after an EXIF rotation are easy to get wrong. The centre crop of a centre crop is a
 * centre crop, so "a short side, then the middle" is: cover a square of that side, then cut off the border.
 */
const apply = (image: Sharp, geometry: Geometry): Sharp => {
  switch (geometry.kind) {
    case 'crop': {
      const { shortSide, width, height } = geometry;
      const [wide, high] = [shortSide ?? width, shortSide ?? height];
      return image
        .resize(wide, high, { fit: 'cover', position: 'centre', kernel: 'linear' })
        .extract({
          left: Math.round((wide - width) / 2),
          top: Math.round((high - height) / 2),
          width,
          height,
        });
    }
    case 'letterbox':
      return image.resize(geometry.width, geometry.height, {
        fit: 'contain',
        background: BORDER,
        kernel: 'linear',
      });
    case 'stretch':
      return image.resize(geometry.width, geometry.height, { fit: 'fill', kernel: 'linear' });
    case 'as-is':
      return image;
    default:
      return geometry satisfies never;
  }
};

/**
 * Decodes a JPEG, PNG or WebP and fits it to a geometry. Whatever the file holds (one channel, four inks, 16 bits, a
 * palette, transparency on white, an embedded colour profile, EXIF orientation, several frames of which the first
 * counts), the result is upright 8-bit sRGB.
 *
 * Warnings of a decoder do not refuse an image, since the decoders of the servings go on as well; missing ends do.
 * @throws InvalidImage where the file is not such an image, is cut off or damaged, or has too many pixels.
 */
export const decodeImage = async (bytes: Uint8Array, geometry: Geometry): Promise<Pixels> => {
  const { maxPixels } = geometry;
  const header = readImageHeader(bytes, maxPixels);
  try {
    const image = sharp(bytes, { failOn: 'error', limitInputPixels: maxPixels, autoOrient: true });
    const { data, info } = await apply(image, geometry)
      .flatten({ background: BACKGROUND })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (data.length !== info.width * info.height * 3) {
      throw new Error(`decoded to ${info.channels} channels instead of 3`);
    }
    return { width: info.width, height: info.height, data };
  } catch (error) {
    throw new InvalidImage(
      'damaged',
      `The ${header.type.toUpperCase()} cannot be decoded: its data are damaged.`,
      { cause: error },
    );
  }
};
