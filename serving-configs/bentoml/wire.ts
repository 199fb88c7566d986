import { randomBytes } from 'node:crypto';
import { redirectOf } from '../fastapi/redirect.ts';
import type { ServingManifest } from '../manifest.ts';
import { inputOf, predictCall, type Answers } from '../predict-route/call.ts';
import { WireRefusal, type DirectAnswer, type Wire, type WireAnswer } from '../wire.ts';

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

const answered = (answer: WireAnswer): DirectAnswer => ({ kind: 'answer', answer });

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

/** Bodies of these types are parsed as forms, in which the raw routes find no file. */
const FORM = /^(multipart\/form-data|application\/x-www-form-urlencoded)\s*(?:;|$)/i;

const refusedForm = (type: string): WireAnswer =>
  type.startsWith('multipart')
    ? answers.failed()
    : json(
        400,
        JSON.stringify({
          error: '1 validation error for AnnotatedIODescriptor',
          detail: [{ type: 'path_type', loc: ['root'], msg: 'Invalid file type' }],
        }),
      );

const notAllowed = (allow: string): DirectAnswer => text(405, 'Method Not Allowed', { allow });

/** A BentoML service with a route for each payload, both of which take the body as it is. */
const createWire = ({ model }: ServingManifest): Wire => ({
  route: (head, ready) => {
    const { method, path, headers } = head;
    const target = path.split('?')[0] ?? '';
    if (HEALTH.includes(target)) {
      if (method !== 'GET' && method !== 'HEAD') return notAllowed('GET, HEAD');
      return ready ? text(200, '\n') : text(503, 'Runners are not ready.');
    }
    const type = Object.hasOwn(ROUTES, target) ? ROUTES[target] : undefined;
    if (type === undefined) {
      const redirect = redirectOf(head, [...HEALTH, ...Object.keys(ROUTES)]);
      return redirect === undefined ? text(404, 'Not Found') : answered(redirect);
    }
    if (method !== 'POST') return notAllowed('POST');
    return predictCall(answers, (body) => {
      const form = FORM.exec(String(headers['content-type'] ?? ''))?.[1];
      if (form !== undefined) throw new WireRefusal(refusedForm(form.toLowerCase()));
      // An empty body reaches the service as an empty object.
      const given = body.length === 0 ? Buffer.from('{}') : body;
      return inputOf(given, type, model.layout, answers.refused);
    });
  },
});

export default createWire;
