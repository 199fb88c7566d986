import type { ServingManifest } from '../../manifest.ts';
import { inputOf, predictCall, type Answers } from '../../protocols/predict-route/call.ts';
import { boundaryOf, formParts, isMultipart, type FormPart } from '../../protocols/wire-form.ts';
import {
  answered,
  WireRefusal,
  type Wire,
  type WireAnswer,
  type WireInput,
} from '../../protocols/wire.ts';

const SERVER = { server: 'uvicorn' } as const;

const json = (status: number, body: string, headers = {}): WireAnswer => ({
  status,
  headers: { ...SERVER, 'content-type': 'application/json', ...headers },
  body,
});
const detail = (status: number, words: string, headers = {}): WireAnswer =>
  json(status, JSON.stringify({ detail: words }), headers);
const notAllowed = (allow: string) => answered(detail(405, 'Method Not Allowed', { allow }));

const answers: Answers = {
  predictions: (predictions) => json(200, predictions),
  refused: (message) => detail(400, message),
  failed: () => detail(500, 'Internal server error'),
  // No queue is too long for it; what waited longer than its time limit is told so.
  overloaded: () => detail(504, 'Request timed out'),
};

/** `max_payload_size` of the server. */
const MAX_BODY_BYTES = 20 * 2 ** 20;

const PREDICT = '/predict';
const HEALTH = '/health';

/** The field of the form that the application looks at. */
const FIELD = 'request';

/** Whether the form goes on or ends behind a part; else its parser does not count it. */
const isEnded = ({ bytes }: FormPart, body: Uint8Array, boundary: string): boolean => {
  const end = bytes.byteOffset - body.byteOffset + bytes.length;
  const behind = end + `\r\n--${boundary}`.length;
  const mark = Buffer.from(body.subarray(behind, behind + 2)).toString('latin1');
  return mark === '--' || mark === '\r\n';
};

/** Bodies that are no form are parsed as JSON, which neither an image nor a tensor is. */
const readForm = (body: Uint8Array, contentType: string, { model }: ServingManifest): WireInput => {
  if (body.length > MAX_BODY_BYTES) throw new WireRefusal(detail(413, 'Payload too large'));
  const boundary = isMultipart(contentType) ? boundaryOf(contentType) : undefined;
  if (boundary === undefined) throw new WireRefusal(answers.failed());
  const part = formParts(body, boundary).get(FIELD);
  if (part === undefined || !isEnded(part, body, boundary)) {
    throw new WireRefusal(answers.failed());
  }
  return inputOf(part.bytes, part.type, model.layout, answers.refused);
};

/**
 * A LitServe API that takes a form whose file is the image, or the floats of the model's input where the file's own type
 * is `application/octet-stream`.
 */
const createWire = (manifest: ServingManifest): Wire => ({
  route: ({ method, path, headers }, ready) => {
    const target = path.split('?')[0] ?? '';
    if (target === HEALTH) {
      if (method !== 'GET') return notAllowed('GET');
      const [status, body] = ready ? [200, 'ok'] : [503, 'not ready'];
      return answered({ status, headers: SERVER, body });
    }
    if (target !== PREDICT) return answered(detail(404, 'Not Found'));
    if (method !== 'POST') return notAllowed('POST');
    const contentType = String(headers['content-type'] ?? '');
    return predictCall(answers, (body) => readForm(body, contentType, manifest));
  },
});

export default createWire;
