import { writeFileSync } from 'node:fs';
import path from 'node:path';

import sharp from 'sharp';

const SOURCE = 'k6/images/galaxies.jpg';
const TARGET_BYTES = 200_000;

export interface Image {
  readonly file: string;
  readonly bytes: Buffer;
  /** Source and format, for people. */
  readonly description: string;
}

/** Creates a JPEG of 1000×750 pixels from a photograph of the data set, with the quality that comes closest to 200 kB. */
export const makeImage = async (folder: string): Promise<Image> => {
  const pixels = sharp(SOURCE).resize(1000, 750, { fit: 'cover' });
  let best = { quality: 0, bytes: Buffer.alloc(0) };
  for (let quality = 50; quality <= 99; quality += 1) {
    const bytes = await pixels.clone().jpeg({ quality }).toBuffer();
    const distance = Math.abs(bytes.length - TARGET_BYTES);
    if (distance < Math.abs(best.bytes.length - TARGET_BYTES)) best = { quality, bytes };
  }
  const file = path.join(folder, 'image.jpg');
  writeFileSync(file, best.bytes);
  const size = (best.bytes.length / 1000).toFixed(0);
  const description = `${SOURCE} as a JPEG of 1000×750, quality ${best.quality}, ${size} kB`;
  return { file, bytes: best.bytes, description };
};

export const FORM_CONTENT_TYPE = 'multipart/form-data; boundary=benchmark-boundary-5e1f';

/** Writes the image as the field `image` of a form. */
export const makeForm = (folder: string, { bytes }: Image): string => {
  const file = path.join(folder, 'form.bin');
  const head =
    '--benchmark-boundary-5e1f\r\n' +
    'Content-Disposition: form-data; name="image"; filename="image.jpg"\r\n' +
    'Content-Type: image/jpeg\r\n\r\n';
  const tail = '\r\n--benchmark-boundary-5e1f--\r\n';
  writeFileSync(file, Buffer.concat([Buffer.from(head), bytes, Buffer.from(tail)]));
  return file;
};
