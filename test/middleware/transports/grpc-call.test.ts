import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';

import type { GrpcTransport } from '../../../middleware/transports/grpc.ts';
import { ignore, PATH, request, transportTo } from './grpc-support.ts';

type Handler = (call: ServerUnaryCall<Buffer, Buffer>, done: sendUnaryData<Buffer>) => void;
const unchanged = (bytes: Buffer): Buffer => bytes;

describe('A gRPC call to the official server', () => {
  let server: Server;
  let url: string;
  let transport: GrpcTransport;
  let handle: Handler;

  beforeEach(async () => {
    server = new Server({ 'grpc.max_receive_message_length': 2 ** 20 });
    const method = {
      path: PATH,
      requestStream: false,
      responseStream: false,
      requestSerialize: unchanged,
      requestDeserialize: unchanged,
      responseSerialize: unchanged,
      responseDeserialize: unchanged,
    } as const;
    server.addService(
      { Method: method },
      {
        Method: (call: ServerUnaryCall<Buffer, Buffer>, done: sendUnaryData<Buffer>) =>
          handle(call, done),
      },
    );
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
    url = `http://127.0.0.1:${port}`;
    transport = transportTo(url);
  });
  afterEach(() => server.forceShutdown());

  it('gets its own answer if 16 tensors are sent at once', async () => {
    handle = ({ request: tensor }, done) => {
      done(null, Buffer.concat([tensor.subarray(0, 8), tensor.subarray(-8)]));
    };
    const answers = await Promise.all(
      Array.from({ length: 16 }, async (_, number) => {
        const tensor = Buffer.alloc(602_112);
        tensor.writeDoubleLE(number, 0);
        tensor.writeDoubleLE(-number, tensor.length - 8);
        const body = [tensor.subarray(0, 100), tensor.subarray(100)];
        return transport.send({ ...request, body }, ignore);
      }),
    );

    expect(
      answers.map(({ body }) => {
        const bytes = Buffer.from(body);
        return [bytes.length, bytes.readDoubleLE(0), bytes.readDoubleLE(8)];
      }),
    ).toEqual(answers.map((_, number) => [16, number, -number]));
  });

  it('is refused for its size if its message is too large for the serving, and the next call succeeds', async () => {
    handle = (call, done) => done(null, call.request);
    const body = [Buffer.alloc(3 * 2 ** 20)];

    await expect(transport.send({ ...request, body }, ignore)).rejects.toMatchObject({
      code: 'INFER_UPSTREAM_TOO_LARGE',
    });
    await expect(transport.send(request, ignore)).resolves.toMatchObject({
      body: Buffer.from('message'),
    });
  });

  it('tells its deadline to the serving, which cancels it then', async () => {
    const remainingMs: number[] = [];
    const isCancelled = new Promise((resolve) => {
      handle = (call) => {
        remainingMs.push(Number(call.getDeadline()) - Date.now());
        call.on('cancelled', resolve);
      };
    });
    // Enough for the call to reach the serving in this process.
    const timeoutMs = 3000;
    const hasty = transportTo(url, { timeoutMs });

    await expect(hasty.send(request, ignore)).rejects.toMatchObject({
      code: 'INFER_UPSTREAM_TIMEOUT',
    });
    await isCancelled;
    expect(remainingMs[0]).toBeGreaterThan(0);
    expect(remainingMs[0]).toBeLessThanOrEqual(timeoutMs);
  });
});

const CANCEL = 8;

describe('A gRPC call of a process that is late for its timer', () => {
  afterEach(() => jest.useRealTimers());

  it('has timed out, even if it sees first that the serving has cancelled it at the deadline', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    // A timer that never fires is as late as can be.
    jest.useFakeTimers({
      doNotFake: ['performance', 'nextTick', 'setImmediate', 'queueMicrotask'],
    });
    const timeoutMs = 50;
    const startedAtMs = performance.now();
    server.on('stream', (stream) => {
      stream.on('error', ignore);
      const cancel = (): void => {
        if (performance.now() > startedAtMs + 2 * timeoutMs) stream.close(CANCEL);
        else setImmediate(cancel);
      };
      cancel();
    });

    const sent = transportTo(`http://127.0.0.1:${port}`, { timeoutMs }).send(request, ignore);
    await expect(sent.finally(() => server.close())).rejects.toMatchObject({
      code: 'INFER_UPSTREAM_TIMEOUT',
    });
  });
});
