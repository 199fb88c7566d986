import type { PlatformWires } from '../../protocols/grpc-wire.ts';
import {
  createApplicationWire,
  type TypedBytes,
} from '../../protocols/predict-route/application.ts';
import type { WireHead } from '../../protocols/wire.ts';

/** The file in the field `request` of a form, as the middleware sends it; undefined if the form is cut off. */
const fileInForm = (body: Uint8Array, { headers }: WireHead): TypedBytes | undefined => {
  const [, boundary] = /boundary=([^";\s]+)/.exec(String(headers['content-type'])) ?? [];
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const start = bytes.indexOf('\r\n\r\n');
  const end = bytes.lastIndexOf(`\r\n--${boundary}--`);
  const head = bytes.toString('latin1', 0, Math.max(start, 0));
  if (end < start || !head.includes('name="request"')) return undefined;
  const [, type = ''] = /^content-type: (.+)$/im.exec(head) ?? [];
  return { type: type.trim(), bytes: bytes.subarray(start + 4, end) };
};

/** A LitServe API that takes the input as a file in a form. */
export default {
  rest: createApplicationWire({
    headers: () => ({ server: 'uvicorn' }),
    // Its queue has no limit; requests that wait longer than its timeout get 504.
    overloaded: 504,
    inputIn: fileInForm,
  }),
} satisfies PlatformWires;
