import type { ServingManifest } from '../manifest.ts';
import { bodyCall, type Answers } from '../predict-route/call.ts';
import { WireRefusal, type DirectAnswer, type Wire, type WireAnswer } from '../wire.ts';

/** gunicorn says it on every answer. */
const SERVER = { server: 'gunicorn' } as const;
const HTML = 'text/html; charset=utf-8';

/** An error as Werkzeug writes it: a page. */
const page = (
  status: number,
  name: string,
  description: string,
  headers: Readonly<Record<string, string>> = {},
): WireAnswer => ({
  status,
  headers: { ...SERVER, 'content-type': HTML, ...headers },
  body: `<!doctype html>\n<html lang=en>\n<title>${status} ${name}</title>\n<h1>${name}</h1>\n<p>${description}</p>\n`,
});

/** `jsonify` ends its text with a line break. */
const json = (status: number, text: string): WireAnswer => ({
  status,
  headers: { ...SERVER, 'content-type': 'application/json' },
  body: `${text}\n`,
});

const answered = (answer: WireAnswer): DirectAnswer => ({ kind: 'answer', answer });

const answers: Answers = {
  predictions: (text) => json(200, text),
  refused: (message) => json(400, JSON.stringify({ error: message })),
  failed: () =>
    page(
      500,
      'Internal Server Error',
      'The server encountered an internal error and was unable to complete your request. Either the server is overloaded or there is an error in the application.',
    ),
  // The real one has no limit: connections wait in its backlog. This is how it would say so.
  overloaded: () => unavailable(),
};

const unavailable = (): WireAnswer =>
  page(
    503,
    'Service Unavailable',
    'The server is temporarily unable to service your request due to maintenance downtime or capacity problems. Please try again later.',
  );

const notFound = (): DirectAnswer =>
  answered(
    page(
      404,
      'Not Found',
      'The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.',
    ),
  );

/** For a method that a route has not. The order of those that it has differs from one start to the next. */
const notAllowed = (method: string, allow: string): DirectAnswer =>
  answered(
    method === 'OPTIONS'
      ? { status: 200, headers: { ...SERVER, 'content-type': HTML, allow }, body: '' }
      : page(405, 'Method Not Allowed', 'The method is not allowed for the requested URL.', {
          allow,
        }),
  );

/** `MAX_CONTENT_LENGTH` of the application: the largest picture that the middleware passes on. */
const MAX_BODY_BYTES = 20 * 2 ** 20;

const tooLarge = (): WireAnswer =>
  page(413, 'Request Entity Too Large', 'The data value transmitted exceeds the capacity limit.');

/**
 * The Flask application behind gunicorn: `POST /predict` with the picture, or with the floats of the model's input. While
 * the model loads, real connections wait; here the answer is 503.
 */
const createWire = (manifest: ServingManifest): Wire => ({
  route: ({ method, path, headers }, ready) => {
    const target = path.split('?')[0] ?? '';
    if (target === '/healthz') {
      if (method !== 'GET' && method !== 'HEAD') {
        return notAllowed(method, 'GET, HEAD, OPTIONS');
      }
      if (!ready) return answered(unavailable());
      return answered({ status: 200, headers: { ...SERVER, 'content-type': HTML }, body: 'ok' });
    }
    if (target !== '/predict') return notFound();
    if (method !== 'POST') return notAllowed(method, 'OPTIONS, POST');
    const call = bodyCall(answers, headers['content-type'], manifest);
    return {
      ...call,
      read: (body) => {
        if (body.length > MAX_BODY_BYTES) throw new WireRefusal(tooLarge());
        return call.read(body);
      },
    };
  },
});

export default createWire;
