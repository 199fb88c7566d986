import type { IncomingMessage } from 'node:http';
import { listenHttp } from '../../../support/http-server.ts';
import {
  startReferenceServing,
  type ReferenceServing,
} from '../../../support/reference-serving.ts';
import { sendBadly, type Sending } from '../../../../lib/bench/load/send-badly.ts';

const PREDICTIONS = '/org.pytorch.serve.grpc.inference.InferenceAPIsService/Predictions';
const body = Buffer.alloc(200_000, 7);

/** An HTTP server that counts the bytes it receives and answers 200 at the end of a request. */
let origin = '';
let received = 0;
let serving: ReferenceServing;

beforeAll(async () => {
  const { server, url } = await listenHttp((_, response) => void response.end('correct'));
  server.on('request', (request: IncomingMessage) => {
    request.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
  });
  origin = url;
  serving = await startReferenceServing('--engine=noop');
});
afterAll(() => serving.stop());
beforeEach(() => {
  received = 0;
});

const send = (sending: Sending, bodyMs = 400, waitMs = 60_000) => {
  const request = { path: '/', headers: {}, body };
  return sendBadly(
    { origin, protocol: 'rest' },
    request,
    sending,
    bodyMs,
    AbortSignal.timeout(waitMs),
  );
};

describe('A request over HTTP', () => {
  it('gets its answer if it is sent in full', async () => {
    expect(await send('whole')).toMatchObject({ answer: '200' });
    expect(received).toBe(body.length);
  });

  it('gets no answer until the fault ends, if only half of it is sent', async () => {
    const { answer, tookMs } = await send('half-body', 0, 2000);

    expect(answer).toBe('none');
    expect(tookMs).toBeGreaterThan(1900);
    expect(received).toBe(body.length / 2);
  });

  it('arrives in full, but late, if a slow sender sends it', async () => {
    const { answer, tookMs } = await send('slow-sender');

    expect(answer).toBe('200');
    expect(tookMs).toBeGreaterThan(300);
    expect(received).toBe(body.length);
  });

  it('does not wait for the answer if the client disconnects', async () => {
    expect(await send('disconnect')).toMatchObject({ answer: 'not awaited' });
  });

  it('ends as closed if nothing listens on the port', async () => {
    const request = { path: '/', headers: {}, body };
    const signal = AbortSignal.timeout(60_000);
    const sent = await sendBadly(
      { origin: 'http://127.0.0.1:9', protocol: 'rest' },
      request,
      'whole',
      0,
      signal,
    );

    expect(sent.answer).toBe('closed');
  });
});

const call = (message: Buffer, sending: Sending, waitMs: number) =>
  sendBadly(
    { origin: serving.grpcUrl, protocol: 'grpc' },
    { path: PREDICTIONS, headers: {}, body: message },
    sending,
    0,
    AbortSignal.timeout(waitMs),
  );

describe('A call over gRPC', () => {
  it('gets a gRPC status by name if no parser accepts the message', async () => {
    const { answer } = await call(Buffer.from([0x0a, 0xff]), 'whole', 60_000);

    expect(answer).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
    expect(answer).not.toBe('OK');
  });

  it('gets no answer until the fault ends, if only half of it is sent', async () => {
    expect(await call(body, 'half-body', 2000)).toMatchObject({ answer: 'none' });
  });
});
