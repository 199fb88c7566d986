import { randomUUID } from 'node:crypto';
import type { ServingManifest } from '../../manifest.ts';
import { bodyCall, type Answers } from '../../protocols/predict-route/call.ts';
import { answered, type Wire, type WireAnswer } from '../../protocols/wire.ts';

const commonHeaders = () => ({ server: 'uvicorn', 'x-request-id': randomUUID() });

/** A response that the application makes itself. */
const withLength = (status: number, contentType: string, body: string): WireAnswer => ({
  status,
  headers: { ...commonHeaders(), 'content-type': contentType },
  body,
});

/** A value that the platform makes a response of: it announces no length. */
const inPieces = (status: number, contentType: string, body: string): WireAnswer => ({
  status,
  headers: { ...commonHeaders(), 'content-type': contentType, 'transfer-encoding': 'chunked' },
  body,
});

const text = (status: number, body: string): WireAnswer =>
  inPieces(status, 'text/plain; charset=utf-8', body);

/** `max_queued_requests` of the deployment. */
const MAX_QUEUED = 64;
/** `max_ongoing_requests` of its one replica. */
const MAX_ONGOING = 2;

const answers: Answers = {
  predictions: (json) => inPieces(200, 'application/json', json),
  refused: (message) => withLength(400, 'application/json', JSON.stringify({ error: message })),
  failed: () => ({ status: 500, headers: commonHeaders(), body: 'Internal Server Error' }),
  overloaded: () => text(503, 'Request dropped due to backpressure.'),
};

const ROUTE = '/predict';

/**
 * Ray Serve with one application at `/predict`, which takes every path and method below it: a GET is answered `ok`, and
 * anything else is a prediction.
 */
const createWire = (manifest: ServingManifest): Wire => ({
  takesAtMost: MAX_ONGOING + MAX_QUEUED,
  route: ({ method, path, headers }, ready) => {
    const target = path.split('?')[0] ?? '';
    if (!ready || (target !== ROUTE && !target.startsWith(`${ROUTE}/`))) {
      return answered(text(404, `Target '${target}' not found.`));
    }
    if (method === 'GET') return answered(withLength(200, 'text/plain; charset=utf-8', 'ok'));
    return bodyCall(answers, headers['content-type'], manifest);
  },
});

export default createWire;
