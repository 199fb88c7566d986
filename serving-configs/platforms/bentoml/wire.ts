import { randomBytes } from 'node:crypto';
import { predictCall, type Answers } from '../../protocols/predict-route/application.ts';
import { answered, type ServedManifest, type Wire, type WireAnswer } from '../../protocols/wire.ts';

/** An answer of the service itself. */
const json = (status: number, body: string): WireAnswer => ({
  status,
  headers: {
    'content-type': 'application/json',
    server: 'BentoML Service/ResNet50',
    'x-bentoml-request-id': randomBytes(8).toString('hex'),
  },
  body,
});

const answers: Answers = {
  // What a service returns is printed with a blank behind each comma and colon; its errors are not.
  predictions: (predictions) => json(200, predictions.replaceAll(/[,:]/g, '$& ')),
  // A list, unlike every other error of it.
  refused: (message) => json(400, JSON.stringify([{ error: message }])),
  failed: () => json(500, JSON.stringify({ error: 'An unexpected error has occurred' })),
  overloaded: () => json(429, JSON.stringify({ error: 'Too many requests' })),
};

/** The media type of what each route takes, whatever a request says of its own. */
const ROUTES = new Map([
  ['/predict', 'image/jpeg'],
  ['/predict_tensor', 'application/octet-stream'],
]);

/** A BentoML service with a route for each payload, both of which take the body as it is. */
export default (manifest: ServedManifest): Wire => ({
  route: (head) => {
    if (head.path === manifest.health.path) {
      const headers = { 'content-type': 'text/plain; charset=utf-8' };
      return answered({ status: 200, headers, body: '\n' });
    }
    const type = ROUTES.get(head.path);
    return type === undefined
      ? undefined
      : predictCall(manifest, answers, head, (bytes) => ({ bytes, type }));
  },
});
