import { once } from 'node:events';
import { connect, constants } from 'node:http2';

/** The tag of a field with bytes, which follow their length; see protobuf.dev/programming-guides/encoding. */
const BYTES_FIELD = 2;

const varint = (value: number): readonly number[] =>
  value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...varint(Math.floor(value / 0x80))];

/** A message whose fields are texts, by their numbers, with the prefix of gRPC. */
const messageOf = (fields: Readonly<Record<number, string>>): Buffer => {
  const encoded = Object.entries(fields).map(([number, text]) => {
    const bytes = Buffer.from(text);
    const tag = varint(Number(number) * 8 + BYTES_FIELD);
    return Buffer.concat([Buffer.from([...tag, ...varint(bytes.length)]), bytes]);
  });
  const message = Buffer.concat(encoded);
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
};

/**
 * Makes one unary call over a connection of its own, and ignores the content of the answer.
 * @param origin - As `http://host:port`.
 * @param fields - The texts in the request, by the numbers of their fields.
 * @throws Error if there is no answer, and the reason of the signal if that is aborted.
 */
export const callGrpc = async (
  origin: string,
  path: string,
  fields: Readonly<Record<number, string>>,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly message: string }> => {
  const session = connect(origin);
  try {
    // The stream reports it, too.
    session.on('error', () => undefined);
    const stream = session.request(
      {
        [constants.HTTP2_HEADER_METHOD]: 'POST',
        [constants.HTTP2_HEADER_PATH]: path,
        [constants.HTTP2_HEADER_TE]: 'trailers',
        [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
      },
      { signal },
    );
    const found: Record<string, unknown> = {};
    stream.on('response', (headers) => Object.assign(found, headers));
    stream.on('trailers', (trailers) => Object.assign(found, trailers));
    stream.resume();
    stream.end(messageOf(fields));
    await once(stream, 'close', { signal });
    const { 'grpc-status': status, 'grpc-message': message = '' } = found;
    if (status === undefined) throw new Error(`status ${String(found[':status'])} without gRPC`);
    return { status: Number(status), message: decodeURIComponent(String(message)) };
  } finally {
    session.destroy();
  }
};
