import { FormMalformed, ImageAmbiguous, ImageMissing } from './errors.ts';

const CRLF = '\r\n';
/** The head of a part usually has one to three lines. */
const MAX_HEAD_BYTES = 16_384;
const MAX_PARTS = 32;

/** Returns the boundary of a `multipart/form-data` content type, which has 1 to 70 characters (RFC 2046, 5.1.1). */
const boundaryOf = (contentType: string): string => {
  const match = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))\s*(?:;|$)/i.exec(contentType);
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined) throw new FormMalformed('its content type names no boundary');
  return boundary;
};

/** Returns the field name in the head of a part (RFC 7578, 4.2). */
const nameOf = (head: string): string | undefined => {
  const match =
    /^content-disposition:\s*form-data\s*;[^\r\n]*?\bname=(?:"([^"\r\n]*)"|([^\s;]+))/im.exec(head);
  return match?.[1] ?? match?.[2];
};

/**
 * Returns the file in the field `image` of a form as a view into the body. The body is in memory anyway, so a native
 * search for the boundary without any copy is faster than a streaming parser.
 * @throws FormMalformed, ImageMissing, ImageAmbiguous
 */
export const imageOfForm = (body: Buffer, contentType: string): Buffer => {
  const delimiter = Buffer.from(`${CRLF}--${boundaryOf(contentType)}`, 'latin1');
  // Without a preamble, no line break precedes the first delimiter.
  const opening = delimiter.subarray(CRLF.length);
  let at = body.subarray(0, opening.length).equals(opening)
    ? opening.length
    : body.indexOf(delimiter) + delimiter.length;
  if (at < delimiter.length && at !== opening.length) {
    throw new FormMalformed('its boundary does not occur in the body');
  }
  const images: Buffer[] = [];
  for (let parts = 0; ; parts += 1) {
    // Two dashes after a delimiter end the form. Spaces may follow a delimiter.
    if (body.toString('latin1', at, at + 2) === '--') break;
    if (parts === MAX_PARTS) throw new FormMalformed(`it has more than ${MAX_PARTS} parts`);
    const lineEnd = body.indexOf(CRLF, at);
    if (lineEnd < 0) throw new FormMalformed('it ends before its closing boundary');
    const headEnd = body.indexOf(CRLF + CRLF, lineEnd);
    if (headEnd < 0 || headEnd - lineEnd > MAX_HEAD_BYTES) {
      throw new FormMalformed('the headers of a part do not end');
    }
    const contentStart = headEnd + 2 * CRLF.length;
    // If the part is empty, its delimiter shares the line break with the blank line.
    const contentEnd = body.indexOf(delimiter, contentStart - CRLF.length);
    if (contentEnd < 0) throw new FormMalformed('it ends before its closing boundary');
    if (nameOf(body.toString('latin1', lineEnd + CRLF.length, headEnd)) === 'image') {
      images.push(body.subarray(contentStart, Math.max(contentStart, contentEnd)));
    }
    at = contentEnd + delimiter.length;
  }
  const [image, second] = images;
  if (image === undefined) throw new ImageMissing();
  if (second !== undefined) throw new ImageAmbiguous(images.length);
  return image;
};
