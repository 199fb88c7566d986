import {
  createApplicationWire,
  type TypedBytes,
} from '../../protocols/predict-route/application.ts';
import type { ServedManifest, WireAnswer, WireHead } from '../../protocols/wire.ts';

const SERVER = { server: 'uvicorn' } as const;

const json = (status: number, body: string): WireAnswer => ({
  status,
  headers: { ...SERVER, 'content-type': 'application/json' },
  body,
});
const detail = (status: number, words: string): WireAnswer =>
  json(status, JSON.stringify({ detail: words }));

/** The file of the form that the middleware sends, whose one field is `request`; undefined where the form breaks off. */
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

/**
 * A LitServe API that takes a form whose file is the image, or the floats of the model's input where the file's own type
 * is `application/octet-stream`.
 */
export default (manifest: ServedManifest) =>
  createApplicationWire(
    manifest,
    {
      predictions: (predictions) => json(200, predictions),
      refused: (message) => detail(400, message),
      failed: () => detail(500, 'Internal server error'),
      // No queue is too long for it; what waited longer than its time limit is told so.
      overloaded: () => detail(504, 'Request timed out'),
      healthy: { status: 200, headers: SERVER, body: 'ok' },
    },
    fileInForm,
  );
