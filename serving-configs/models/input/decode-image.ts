import sharp, { type Sharp } from 'sharp';

import type { Geometry, Pixels } from './geometry.ts';
import { InvalidImage, readImageHeader } from './image-header.ts';

export { InvalidImage, type InvalidImageCode } from './image-header.ts';

/** The background of transparent images, most of which are made for white paper. */
const BACKGROUND = '#ffffff';

/** The grey border that detectors are trained with: 114 of 255. */
const BORDER = '#727272';

/**
 * Adds a geometry to the pipeline. It does not need the size of the image, which would take a second read of the header and is easy to
 * get wrong after an EXIF rotation. The centre crop of a centre crop is a centre crop, so a crop with a short side covers a square of
 * that side and cuts off the border.
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
 * Decodes a JPEG, PNG or WebP and applies a geometry. The result is upright 8-bit sRGB, even if the file has one channel, CMYK, 16 bits,
 * a palette, transparency, a colour profile, an EXIF orientation, or several frames, of which it takes the first.
 *
 * Warnings of the decoder are ignored, because the decoders of the servings ignore them too. A missing end is an error.
 * @throws InvalidImage if the file is not such an image, is cut off or damaged, or has too many pixels.
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
