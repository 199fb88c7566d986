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

/** The field that a part's headers name. */
const nameIn = (headers: string): string | undefined => {
  const disposition = headers
    .split(LINE_END)
    .find((line) => /^content-disposition\s*:\s*form-data\b/i.test(line));
  const [, quoted, plain] = /;\s*name=(?:"([^"]*)"|([^\s;"]+))/i.exec(disposition ?? '') ?? [];
  return quoted ?? plain;
};

/**
 * The fields of a form of several parts (RFC 7578) by name, their bytes not copied. Of a body that ends early the parts
 * before the end count, as in Netty's decoder, on which the front end builds; of two parts with one name, the last.
 */
export const formFields = (body: Uint8Array, boundary: string): ReadonlyMap<string, Uint8Array> => {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const delimiter = `${LINE_END}--${boundary}`;
  const fields = new Map<string, Uint8Array>();
  const first = delimiter.slice(LINE_END.length);
  const opening = bytes.indexOf(bytes.indexOf(first) === 0 ? first : delimiter);
  if (opening < 0) return fields;

  // Each part starts behind its delimiter's line and ends where the next one begins.
  let start = bytes.indexOf(LINE_END, opening + first.length);
  while (start >= 0) {
    const end = bytes.indexOf(delimiter, start);
    if (end < 0) break;
    // A part without headers starts with the empty line itself.
    const headersEnd = bytes.indexOf(HEADERS_END, start);
    if (headersEnd >= 0 && headersEnd < end) {
      const name = nameIn(bytes.toString('utf8', start, headersEnd));
      if (name !== undefined) {
        fields.set(name, bytes.subarray(headersEnd + HEADERS_END.length, end));
      }
    }
    const behind = end + delimiter.length;
    if (bytes.toString('latin1', behind, behind + 2) === '--') break;
    start = bytes.indexOf(LINE_END, behind);
  }
  return fields;
};
