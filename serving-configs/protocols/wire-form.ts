const LINE_END = '\r\n';
const HEADERS_END = '\r\n\r\n';

/** Whether a content type announces a form of several parts. */
export const isMultipart = (contentType: string): boolean =>
  /^multipart\/form-data\s*(?:;|$)/i.test(contentType);

/** What separates the parts of such a form; `undefined` where its content type does not say. */
export const boundaryOf = (contentType: string): string | undefined => {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]+)"|([^\s;"]+))/i.exec(contentType) ?? [];
  return quoted ?? plain;
};

export interface FormPart {
  /** Its own media type; empty where it names none. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

const typeIn = (headers: string): string =>
  /^content-type\s*:\s*(\S.*?)\s*$/im.exec(headers)?.[1] ?? '';

/** The field that a part's headers name. */
const nameIn = (headers: string): string | undefined => {
  const disposition = headers
    .split(LINE_END)
    .find((line) => /^content-disposition\s*:\s*form-data\b/i.test(line));
  const [, quoted, plain] = /;\s*name=(?:"([^"]*)"|([^\s;"]+))/i.exec(disposition ?? '') ?? [];
  return quoted ?? plain;
};

/**
 * The parts of a form (RFC 7578) by name, their bytes not copied. Of a body that ends early the parts before the end count,
 * as they do for the parsers that the platforms build on (Netty, Starlette); of two parts with one name, the last.
 */
export const formParts = (body: Uint8Array, boundary: string): ReadonlyMap<string, FormPart> => {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const delimiter = `${LINE_END}--${boundary}`;
  const parts = new Map<string, FormPart>();
  const first = delimiter.slice(LINE_END.length);
  const opening = bytes.indexOf(bytes.indexOf(first) === 0 ? first : delimiter);
  if (opening < 0) return parts;

  // Each part starts behind its delimiter's line and ends where the next one begins.
  let start = bytes.indexOf(LINE_END, opening + first.length);
  while (start >= 0) {
    const end = bytes.indexOf(delimiter, start);
    if (end < 0) break;
    // A part without headers starts with the empty line itself.
    const headersEnd = bytes.indexOf(HEADERS_END, start);
    if (headersEnd >= 0 && headersEnd < end) {
      const headers = bytes.toString('utf8', start, headersEnd);
      const name = nameIn(headers);
      if (name !== undefined) {
        const content = bytes.subarray(headersEnd + HEADERS_END.length, end);
        parts.set(name, { type: typeIn(headers), bytes: content });
      }
    }
    const behind = end + delimiter.length;
    if (bytes.toString('latin1', behind, behind + 2) === '--') break;
    start = bytes.indexOf(LINE_END, behind);
  }
  return parts;
};

/** The bytes of the parts by name. */
export const formFields = (body: Uint8Array, boundary: string): ReadonlyMap<string, Uint8Array> =>
  new Map([...formParts(body, boundary)].map(([name, { bytes }]) => [name, bytes]));
