import { randomBytes } from 'node:crypto';
import type { ServingManifest } from '../manifest.ts';
import { inputOf, predictCall, type Answers } from '../predict-route/call.ts';
import type { DirectAnswer, Wire, WireAnswer } from '../wire.ts';

/** Of every answer of the service itself; what its router refuses has none of these. */
const serviceHeaders = () => ({
  server: 'BentoML Service/ResNet50',
  'x-bentoml-request-id': String(randomBytes(8).readBigUInt64BE()),
});

const json = (status: number, text: string, headers = {}): WireAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: text,
});

const answered = (answer: WireAnswer): DirectAnswer => ({ kind: 'answer', answer });

const text = (
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): DirectAnswer =>
  answered({ status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body });

const answers: Answers = {
  predictions: (predictions) => json(200, predictions, serviceHeaders()),
  // A list, unlike every other error of it.
  refused: (message) => json(400, JSON.stringify([{ error: message }])),
  failed: () =>
    json(
      500,
      JSON.stringify({
        error: 'An unexpected error has occurred, please check the server log.',
      }),
    ),
  overloaded: () => json(429, JSON.stringify({ error: 'Too many requests' })),
};

/** The media type of what each route takes, whatever a request says of its own. */
const ROUTES: Readonly<Record<string, string>> = {
  '/predict': 'image/jpeg',
  '/predict_tensor': 'application/octet-stream',
};

const HEALTH = ['/healthz', '/livez', '/readyz'];

/** A BentoML service with a route for each payload, both of which take the body as it is. */
const createWire = ({ model }: ServingManifest): Wire => ({
  route: ({ method, path }, ready) => {
    const target = path.split('?')[0] ?? '';
    if (HEALTH.includes(target)) {
      return ready ? text(200, '\n') : text(503, 'Runners are not ready.');
    }
    const type = Object.hasOwn(ROUTES, target) ? ROUTES[target] : undefined;
    if (type === undefined) return text(404, 'Not Found');
    if (method !== 'POST') return text(405, 'Method Not Allowed', { allow: 'POST' });
    return predictCall(answers, (body) => inputOf(body, type, model.layout, answers.refused));
  },
});

export default createWire;
