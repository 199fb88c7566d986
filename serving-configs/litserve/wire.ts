import type { ServingManifest } from '../manifest.ts';
import { inputOf, predictCall, type Answers } from '../predict-route/call.ts';
import { boundaryOf, formParts, isMultipart } from '../wire-form.ts';
import { WireRefusal, type DirectAnswer, type Wire, type WireAnswer } from '../wire.ts';

const SERVER = { server: 'uvicorn' } as const;

const json = (
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): WireAnswer => ({
  status,
  headers: { ...SERVER, 'content-type': 'application/json', ...headers },
  body,
});

const detail = (
  status: number,
  words: string,
  headers: Readonly<Record<string, string>> = {},
): WireAnswer => json(status, JSON.stringify({ detail: words }), headers);

const answered = (answer: WireAnswer): DirectAnswer => ({ kind: 'answer', answer });

const answers: Answers = {
  predictions: (predictions) => json(200, predictions),
  refused: (message) => detail(400, message),
  failed: () => detail(500, 'Internal server error'),
  // No queue is too long for it; what waited longer than its time limit is told so.
  overloaded: () => detail(504, 'Request timed out'),
};

/** An exception in the server itself instead of in its worker. */
const crashed = (): WireAnswer => ({
  status: 500,
  headers: { ...SERVER, 'content-type': 'text/plain; charset=utf-8' },
  body: 'Internal Server Error',
});

/** The field of the form that the application looks at. */
const FIELD = 'request';

/**
 * A LitServe API that takes a form whose file is the picture, or the floats of the model's input where the file's own type
 * is `application/octet-stream`. Bodies that are no form are parsed as JSON, which a picture is not.
 */
const createWire = ({ model }: ServingManifest): Wire => ({
  route: ({ method, path, headers }, ready) => {
    const target = path.split('?')[0] ?? '';
    if (target === '/health' && method === 'GET') {
      const [status, body] = ready ? [200, 'ok'] : [503, 'not ready'];
      return answered({ status, headers: SERVER, body });
    }
    if (target !== '/predict') return answered(detail(404, 'Not Found'));
    if (method !== 'POST') return answered(detail(405, 'Method Not Allowed', { allow: 'POST' }));
    const contentType = String(headers['content-type'] ?? '');
    return predictCall(answers, (body) => {
      if (!isMultipart(contentType)) throw new WireRefusal(crashed());
      const boundary = boundaryOf(contentType);
      if (boundary === undefined) {
        throw new WireRefusal(detail(400, 'Missing boundary in multipart.'));
      }
      const part = formParts(body, boundary).get(FIELD);
      if (part === undefined) throw new WireRefusal(answers.failed());
      return inputOf(part.bytes, part.type, model.layout, answers.refused);
    });
  },
});

export default createWire;
