import type { FastifyInstance } from 'fastify';

import { ImageEmpty, ImageMissing, ImageTooLarge } from './errors.ts';
import { imageOfForm } from './form-image.ts';

export const IMAGE_MEDIA_TYPES = ['image/jpeg', 'image/png', 'image/webp'] as const;
export const FORM_MEDIA_TYPE = 'multipart/form-data';

/** What a form may have beside its image. */
const FORM_OVERHEAD_BYTES = 64 * 1024;

/** Lets the routes receive images and forms as one buffer each, and nothing else. */
export const acceptUploads = (app: FastifyInstance, maxImageBytes: number): void => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    [...IMAGE_MEDIA_TYPES],
    { parseAs: 'buffer', bodyLimit: maxImageBytes },
    (_, body, done) => {
      done(null, body);
    },
  );
  app.addContentTypeParser(
    FORM_MEDIA_TYPE,
    { parseAs: 'buffer', bodyLimit: maxImageBytes + FORM_OVERHEAD_BYTES },
    (_, body, done) => {
      done(null, body);
    },
  );
};

/**
 * The image of a received body.
 * @throws ImageMissing, ImageAmbiguous, ImageEmpty, ImageTooLarge, FormMalformed
 */
export const imageOfUpload = (
  body: unknown,
  contentType: string | undefined,
  maxImageBytes: number,
): Buffer => {
  if (!Buffer.isBuffer(body)) throw new ImageMissing();
  const isForm = contentType?.toLowerCase().startsWith(FORM_MEDIA_TYPE) ?? false;
  const image = isForm ? imageOfForm(body, contentType ?? '') : body;
  if (image.length === 0) throw new ImageEmpty();
  if (image.length > maxImageBytes) throw new ImageTooLarge(maxImageBytes / 1024 / 1024);
  return image;
};
