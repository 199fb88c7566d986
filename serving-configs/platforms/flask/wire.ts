import type { ServingManifest } from '../../manifest.ts';
import { bodyCall, type Answers } from '../../protocols/predict-route/call.ts';
import {
  answered,
  WireRefusal,
  type DirectAnswer,
  type Wire,
  type WireAnswer,
} from '../../protocols/wire.ts';

/** gunicorn says it on every answer. */
const SERVER = { server: 'gunicorn' } as const;
const HTML = 'text/html; charset=utf-8';

/** An error of the framework: a page. */
const page = (
  status: number,
  name: string,
  headers: Readonly<Record<string, string>> = {},
): WireAnswer => ({
  status,
  headers: { ...SERVER, 'content-type': HTML, ...headers },
  body: `<!doctype html>\n<title>${status} ${name}</title>\n`,
});

/** `jsonify` ends its text with a line break. */
const json = (status: number, text: string): WireAnswer => ({
  status,
  headers: { ...SERVER, 'content-type': 'application/json' },
  body: `${text}\n`,
});

const answers: Answers = {
  predictions: (text) => json(200, text),
  refused: (message) => json(400, JSON.stringify({ error: message })),
  failed: () => page(500, 'Internal Server Error'),
  // The real one has no limit: connections wait in its backlog. This is how it would say so.
  overloaded: () => unavailable(),
};

const unavailable = (): WireAnswer => page(503, 'Service Unavailable');

const notAllowed = (allow: string): DirectAnswer =>
  answered(page(405, 'Method Not Allowed', { allow }));

/** `MAX_CONTENT_LENGTH` of the application: the largest image that the middleware passes on. */
const MAX_BODY_BYTES = 20 * 2 ** 20;

/**
 * The Flask application behind gunicorn: `POST /predict` with the image, or with the floats of the model's input. While
 * the model loads, real connections wait; here the answer is 503.
 */
const createWire = (manifest: ServingManifest): Wire => ({
  route: ({ method, path, headers }, ready) => {
    const target = path.split('?')[0] ?? '';
    if (target === '/healthz') {
      if (method !== 'GET' && method !== 'HEAD') return notAllowed('GET, HEAD, OPTIONS');
      if (!ready) return answered(unavailable());
      return answered({ status: 200, headers: { ...SERVER, 'content-type': HTML }, body: 'ok' });
    }
    if (target !== '/predict') return answered(page(404, 'Not Found'));
    if (method !== 'POST') return notAllowed('OPTIONS, POST');
    const call = bodyCall(answers, headers['content-type'], manifest);
    return {
      ...call,
      read: (body) => {
        if (body.length > MAX_BODY_BYTES)
          throw new WireRefusal(page(413, 'Request Entity Too Large'));
        return call.read(body);
      },
    };
  },
});

export default createWire;
