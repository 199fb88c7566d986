import { randomUUID } from 'node:crypto';
import { predictCall, type Answers } from '../../protocols/predict-route/application.ts';
import { answered, type ServedManifest, type Wire, type WireAnswer } from '../../protocols/wire.ts';

const answer = (status: number, headers: WireAnswer['headers'], body: string): WireAnswer => ({
  status,
  headers: { server: 'uvicorn', 'x-request-id': randomUUID(), ...headers },
  body,
});

/** A value that the platform makes a response of: it announces no length. */
const inPieces = (status: number, type: string, body: string): WireAnswer =>
  answer(status, { 'content-type': type, 'transfer-encoding': 'chunked' }, body);

/** `max_queued_requests` of the deployment. */
const MAX_QUEUED = 64;
/** `max_ongoing_requests` of its one replica. */
const MAX_ONGOING = 2;

const TEXT = 'text/plain; charset=utf-8';

const answers: Answers = {
  predictions: (json) => inPieces(200, 'application/json', json),
  refused: (message) =>
    answer(400, { 'content-type': 'application/json' }, JSON.stringify({ error: message })),
  failed: () => answer(500, {}, 'Internal Server Error'),
  overloaded: () => inPieces(503, TEXT, 'Request dropped due to backpressure.'),
};

/** Ray Serve with one application at `/predict`, which answers `ok` to a GET below it: its health. */
export default (manifest: ServedManifest): Wire => ({
  takesAtMost: MAX_ONGOING + MAX_QUEUED,
  route: (head) => {
    if (head.path === manifest.health.path) {
      return answered(answer(200, { 'content-type': TEXT }, 'ok'));
    }
    return head.path === '/predict' ? predictCall(manifest, answers, head) : undefined;
  },
});
