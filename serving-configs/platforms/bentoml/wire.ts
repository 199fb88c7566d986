import { randomBytes } from 'node:crypto';
import type { ServingManifest } from '../../manifest.ts';
import { inputOf, predictCall, type Answers } from '../../protocols/predict-route/call.ts';
import { answered, type DirectAnswer, type Wire, type WireAnswer } from '../../protocols/wire.ts';

const JSON_TYPE = { 'content-type': 'application/json' } as const;

/** An answer of the service itself; what is refused before it has none of these headers. */
const json = (status: number, body: string): WireAnswer => ({
  status,
  headers: {
    ...JSON_TYPE,
    server: 'BentoML Service/ResNet50',
    'x-bentoml-request-id': randomBytes(8).toString('hex'),
  },
  body,
});

const text = (
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): DirectAnswer =>
  answered({ status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body });

const answers: Answers = {
  // What a service returns is printed with a blank behind each comma and colon; its errors are not.
  predictions: (predictions) => json(200, predictions.replaceAll(/[,:]/g, '$& ')),
  // A list, unlike every other error of it.
  refused: (message) => json(400, JSON.stringify([{ error: message }])),
  failed: () =>
    json(
      500,
      JSON.stringify({
        error: 'An unexpected error has occurred, please check the server log.',
      }),
    ),
  overloaded: () => ({
    status: 429,
    headers: JSON_TYPE,
    body: JSON.stringify({ error: 'Too many requests' }),
  }),
};

/** The media type of what each route takes, whatever a request says of its own. */
const ROUTES: Readonly<Record<string, string>> = {
  '/predict': 'image/jpeg',
  '/predict_tensor': 'application/octet-stream',
};

const HEALTH = ['/healthz', '/livez', '/readyz'];

const notAllowed = (allow: string): DirectAnswer => text(405, 'Method Not Allowed', { allow });

/** A BentoML service with a route for each payload, both of which take the body as it is. */
const createWire = ({ model }: ServingManifest): Wire => ({
  route: ({ method, path }, ready) => {
    const target = path.split('?')[0] ?? '';
    if (HEALTH.includes(target)) {
      if (method !== 'GET' && method !== 'HEAD') return notAllowed('GET, HEAD');
      return ready ? text(200, '\n') : text(503, 'Runners are not ready.');
    }
    const type = Object.hasOwn(ROUTES, target) ? ROUTES[target] : undefined;
    if (type === undefined) return text(404, 'Not Found');
    if (method !== 'POST') return notAllowed('POST');
    return predictCall(answers, (body) => inputOf(body, type, model.layout, answers.refused));
  },
});

export default createWire;
