import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  startReferenceServing,
  type ReferenceServing,
} from '../../../support/reference-serving.ts';
import { sendBadly, type Sending } from '../../../../lib/bench/load/send-badly.ts';

const PREDICTIONS = '/org.pytorch.serve.grpc.inference.InferenceAPIsService/Predictions';
const body = Buffer.alloc(200_000, 7);

/** An HTTP server that counts the bytes that it gets and answers 200 when it has all. */
let server: Server;
let origin = '';
let received = 0;
let serving: ReferenceServing;

beforeAll(async () => {
  server = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
    request.on('end', () => response.end('right'));
    request.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  serving = await startReferenceServing('--engine=noop');
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await serving.stop();
});
beforeEach(() => {
  received = 0;
});

const overIn = (ms: number): AbortSignal => AbortSignal.timeout(ms);
const send = (how: Sending, overMs = 400, signal = overIn(1000)) =>
  sendBadly(origin, 'rest', { path: '/', headers: {}, body }, how, overMs, signal);

describe('A request over HTTP', () => {
  it('that is sent as a whole gets its answer', async () => {
    expect(await send('whole')).toMatchObject({ answer: '200' });
    expect(received).toBe(body.length);
  });

  it('gets no answer until the fault ends, if only half of it is sent', async () => {
    const { answer, tookMs } = await send('half-body', 0, overIn(300));

    expect(answer).toBe('none');
    expect(tookMs).toBeGreaterThan(250);
    expect(received).toBe(body.length / 2);
  });

  it('of a slow sender arrives whole after its time', async () => {
    const { answer, tookMs } = await send('slow-sender', 400, overIn(5000));

    expect(answer).toBe('200');
    expect(tookMs).toBeGreaterThan(300);
    expect(received).toBe(body.length);
  });

  it('of a client that disconnects is sent without waiting for the answer', async () => {
    expect(await send('disconnect')).toMatchObject({ answer: 'not awaited' });
  });

  it('is closed if no process listens at the port', async () => {
    const request = { path: '/', headers: {}, body };
    const sent = await sendBadly('http://127.0.0.1:9', 'rest', request, 'whole', 0, overIn(1000));

    expect(sent.answer).toBe('closed');
  });
});

const call = (message: Buffer, how: Sending) =>
  sendBadly(
    serving.grpcUrl,
    'grpc',
    { path: PREDICTIONS, headers: {}, body: message },
    how,
    0,
    overIn(2000),
  );

describe('A call over gRPC', () => {
  it('with a message that no parser accepts gets a status of gRPC by its name', async () => {
    const { answer } = await call(Buffer.from([0x0a, 0xff]), 'whole');

    expect(answer).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
    expect(answer).not.toBe('OK');
  });

  it('gets no answer until the fault ends, if only half of it is sent', async () => {
    expect(await call(body, 'half-body')).toMatchObject({ answer: 'none' });
  });
});
