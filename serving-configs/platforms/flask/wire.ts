import { createApplicationWire } from '../../protocols/predict-route/application.ts';
import type { ServedManifest, WireAnswer } from '../../protocols/wire.ts';

const answer = (status: number, type: string, body: string): WireAnswer => ({
  status,
  headers: { server: 'gunicorn', 'content-type': type },
  body,
});

const HTML = 'text/html; charset=utf-8';

/** An error of the framework: a page. */
const page = (status: number, name: string): WireAnswer =>
  answer(status, HTML, `<!doctype html>\n<title>${status} ${name}</title>\n`);

/** `jsonify` ends its text with a line break. */
const json = (status: number, text: string): WireAnswer =>
  answer(status, 'application/json', `${text}\n`);

/** The Flask application behind gunicorn: `POST /predict` with the image, or with the floats of the model's input. */
export default (manifest: ServedManifest) =>
  createApplicationWire(manifest, {
    predictions: (text) => json(200, text),
    refused: (message) => json(400, JSON.stringify({ error: message })),
    failed: () => page(500, 'Internal Server Error'),
    // The real one has no limit: connections wait in its backlog. This is how it would say so.
    overloaded: () => page(503, 'Service Unavailable'),
    healthy: answer(200, HTML, 'ok'),
  });
