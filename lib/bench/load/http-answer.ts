/** A complete HTTP/1.1 answer. */
export interface HttpAnswer {
  readonly status: number;
  /** Header names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Whether the next request may use the same connection. */
  readonly keepsOpen: boolean;
}

const HEAD_START = 'HTTP/1.';
const HEAD_END = '\r\n\r\n';
const MAX_HEAD_BYTES = 65_536;
const EMPTY = Buffer.alloc(0);

/**
 * Reads the answer to one request (RFC 9112). Returns undefined if it is still incomplete.
 *
 * @param bytes everything received since the request was sent; the returned body is a view of it
 * @param isClosed whether the server has closed the connection
 * @throws Error if the answer is not HTTP/1.1
 */
export const readHttpAnswer = (bytes: Buffer, isClosed: boolean): HttpAnswer | undefined => {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) {
    const start = bytes.toString('latin1', 0, HEAD_START.length);
    if (!HEAD_START.startsWith(start) || bytes.length > MAX_HEAD_BYTES) throw notHttp();
    return undefined;
  }
  const [statusLine = '', ...fields] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const [, minor, code] = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(statusLine) ?? [];
  const status = Number(code);
  if (code === undefined || status === 101) throw notHttp();
  const rest = bytes.subarray(headEnd + HEAD_END.length);
  if (status < 200) return readHttpAnswer(rest, isClosed);
  const headers = readFields(fields);
  const body = readBody(status, headers, rest, isClosed);
  if (body === undefined) return undefined;
  const { connection = minor === '1' ? 'keep-alive' : 'close' } = headers;
  const keepsOpen = !isClosed && body.end === rest.length && !/close/i.test(connection);
  return { status, headers, body: body.bytes, keepsOpen };
};

const notHttp = (): Error => new Error('The answer is not HTTP/1.1.');

const readFields = (lines: readonly string[]): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) throw notHttp();
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return headers;
};

interface Body {
  readonly bytes: Buffer;
  /** The offset of its end, counted from the end of the head. */
  readonly end: number;
}

const readBody = (
  status: number,
  headers: Readonly<Record<string, string>>,
  rest: Buffer,
  isClosed: boolean,
): Body | undefined => {
  if (status === 204 || status === 304) return { bytes: EMPTY, end: 0 };
  if (/chunked$/i.test(headers['transfer-encoding'] ?? '')) return readChunks(rest);
  const declared = headers['content-length'];
  if (declared === undefined) return isClosed ? { bytes: rest, end: rest.length } : undefined;
  if (!/^\d+$/.test(declared)) throw notHttp();
  const length = Number(declared);
  return rest.length < length ? undefined : { bytes: rest.subarray(0, length), end: length };
};

const readChunks = (rest: Buffer): Body | undefined => {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = rest.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const [digits] = /^[0-9a-f]+/i.exec(rest.toString('latin1', at, lineEnd)) ?? [];
    if (digits === undefined) throw notHttp();
    const size = Number.parseInt(digits, 16);
    if (size === 0) {
      // Search from this line break on: without trailers, two line breaks in a row end the body.
      const end = rest.indexOf(HEAD_END, lineEnd);
      return end < 0 ? undefined : { bytes: Buffer.concat(parts), end: end + HEAD_END.length };
    }
    const start = lineEnd + 2;
    at = start + size + 2;
    if (rest.length < at) return undefined;
    parts.push(rest.subarray(start, start + size));
  }
};
