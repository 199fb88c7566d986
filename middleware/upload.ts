import type { IncomingMessage } from 'node:http';

import type { FastifyInstance, FastifyRequest } from 'fastify';

import { TENSORS } from '../serving-configs/manifest.ts';
import type { Visit } from './admission.ts';
import {
  ImageEmpty,
  ImageMissing,
  ImageTooLarge,
  MediaTypeUnsupported,
  TensorsTooLarge,
} from './errors.ts';
import { imageOfForm } from './form-image.ts';
import { JSON_TYPE, OCTETS } from './servings/infer-body.ts';

export const IMAGE_MEDIA_TYPES = ['image/jpeg', 'image/png', 'image/webp'] as const;
export const FORM_MEDIA_TYPE = 'multipart/form-data';
const TENSOR_MEDIA_TYPES = [OCTETS, JSON_TYPE] as const;

const REMEDIES = {
  image: `${IMAGE_MEDIA_TYPES.join(', ')}, or ${FORM_MEDIA_TYPE} with the field "image"`,
  tensors: TENSOR_MEDIA_TYPES.join(' or '),
};

const isOf = (contentType: unknown, types: readonly string[]): boolean =>
  typeof contentType === 'string' &&
  types.includes(contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '');

export const isJson = (contentType: unknown): boolean => isOf(contentType, [JSON_TYPE]);

/** Whether a body of this media type holds tensors. */
export const isTensors = (contentType: unknown): boolean => isOf(contentType, TENSOR_MEDIA_TYPES);

/** The error for a body whose media type does not belong to its payload. */
export const wrongMediaType = (contentType: string | undefined, payload?: string) =>
  new MediaTypeUnsupported(
    contentType === undefined ? 'of no named type' : `"${contentType}"`,
    payload === TENSORS ? REMEDIES.tensors : REMEDIES.image,
  );

/** Ends the parsing of a body, as Fastify wants it. */
type Done = (error: Error | null, body?: Buffer) => void;

/**
 * Receives a body as one buffer. Its memory counts for its visit as it arrives, and is free again as soon as the body is refused.
 * @param tooLarge - Creates the error for a body of more than `maxBytes`.
 */
const receiveBody = (
  payload: IncomingMessage,
  visit: Visit,
  maxBytes: number,
  tooLarge: () => Error,
  done: Done,
): void => {
  if (Number(payload.headers['content-length']) > maxBytes) {
    done(tooLarge());
    return;
  }
  let pieces: Buffer[] = [];
  let length = 0;
  const stop = (): void => {
    payload.off('data', add).off('end', end).off('error', refuse);
  };
  const refuse = (error: Error): void => {
    stop();
    pieces = [];
    visit.leave();
    done(error);
  };
  const add = (piece: Buffer): void => {
    length += piece.length;
    if (length > maxBytes) {
      refuse(tooLarge());
      return;
    }
    const problem = visit.receive(piece.length);
    if (problem === undefined) pieces.push(piece);
    else refuse(problem);
  };
  const end = (): void => {
    stop();
    // A copy, because a piece may share the memory of its socket.
    const body = Buffer.concat(pieces, length);
    visit.received(length);
    done(null, body);
  };
  payload.on('data', add).on('end', end).on('error', refuse);
  visit.onSlow = refuse;
};

/** Limit for everything in a form besides the image. */
const FORM_OVERHEAD_BYTES = 64 * 1024;

/** Makes the routes accept only images, forms and tensors, each as one buffer. */
export const acceptUploads = (
  app: FastifyInstance,
  maxImageBytes: number,
  visitOf: (request: FastifyRequest) => Visit,
): void => {
  app.removeAllContentTypeParsers();
  const accept = (types: readonly string[], maxBytes: number): void => {
    app.addContentTypeParser([...types], (request, payload, done) => {
      const tooLarge = (): Error => {
        const TooLarge = isTensors(request.headers['content-type'])
          ? TensorsTooLarge
          : ImageTooLarge;
        return new TooLarge(maxImageBytes / 1024 / 1024);
      };
      receiveBody(payload, visitOf(request), maxBytes, tooLarge, done);
    });
  };
  accept([...IMAGE_MEDIA_TYPES, ...TENSOR_MEDIA_TYPES], maxImageBytes);
  accept([FORM_MEDIA_TYPE], maxImageBytes + FORM_OVERHEAD_BYTES);
};

/**
 * Returns the image file in a received body.
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
