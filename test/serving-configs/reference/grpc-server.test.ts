import { once } from 'node:events';
import { connect as connectHttp2, type ClientHttp2Stream } from 'node:http2';
import { connect } from 'node:net';
import { status, type Client, type Metadata } from '@grpc/grpc-js';
import type { InferenceEngine } from '../../../serving-configs/reference/engine.ts';
import { createDelayEngine } from '../../../serving-configs/reference/engines/delay-engine.ts';
import { createNoopEngine } from '../../../serving-configs/reference/engines/noop-engine.ts';
import { CLASSIFIER } from '../../../serving-configs/models/model.ts';
import { fixedOutputs } from '../../../serving-configs/reference/fixed-outputs.ts';
import {
  startGrpcServer,
  type ReferenceGrpcServer,
} from '../../../serving-configs/reference/grpc-server.ts';
import { loadGrpcWire } from '../../../serving-configs/reference/load-wire.ts';
import { classifierOf } from '../../support/codec-inputs.ts';
import { floatsOf } from '../../support/describe-codec.ts';
import { framed } from '../../support/fake-grpc-serving.ts';
import { grpcClientOf, sendGrpc, type CallOptions } from '../../support/grpc-client.ts';
import {
  officialInferRequest,
  officialInferResponse,
} from '../../support/official-messages/open-inference.ts';
import { echoEngine, holdingEngine } from './holding-engine.ts';

const INFER = '/inference.GRPCInferenceService/ModelInfer';
const served = classifierOf('triton_pytorch');

const servers: ReferenceGrpcServer[] = [];
const clients: Client[] = [];

const start = async (
  engine: InferenceEngine = createNoopEngine(fixedOutputs(served, CLASSIFIER).correct),
): Promise<ReferenceGrpcServer> => {
  const wire = await loadGrpcWire('triton_pytorch');
  if (wire === undefined) throw new Error('it speaks no gRPC');
  const server = await startGrpcServer({ wire, engine }, { host: '127.0.0.1', port: 0 });
  servers.push(server);
  return server;
};

const clientOf = ({ url }: ReferenceGrpcServer): Client => {
  const client = grpcClientOf(url);
  clients.push(client);
  return client;
};

/** A call of `ModelInfer`, or of another method. */
const send = (client: Client, message: Uint8Array, options: Partial<CallOptions> = {}) =>
  sendGrpc(client, message, { path: INFER, ...options });

const ask = (
  client: Client,
  message: Uint8Array,
  options: Partial<CallOptions> = {},
): Promise<Buffer> => send(client, message, options).answer;

const counting = Float32Array.from({ length: 3 * 224 * 224 }, (_, index) => index);

/** A tensor whose values all differ. The first ones also differ from those of other seeds. */
const tensorOf = (seed: number): Float32Array => {
  const tensor = counting.slice();
  tensor.fill(-1 - seed, 0, 10);
  return tensor;
};

const messageOf = (seed = 0, changes = {}): Buffer =>
  officialInferRequest.write({
    model_name: served.name,
    id: String(seed),
    inputs: [{ name: 'INPUT__0', datatype: 'FP32', shape: [1, 3, 224, 224] }],
    raw_input_contents: [Buffer.from(tensorOf(seed).buffer)],
    ...changes,
  });

const answered = (bytes: Buffer) => {
  const { id, raw_output_contents: raw } = officialInferResponse.read(bytes);
  return { id, values: floatsOf(raw?.[0] ?? Buffer.alloc(0)) };
};

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

const trainedOf = async (engine: InferenceEngine): Promise<unknown> => {
  const { call, answer } = send(clientOf(await start(engine)), messageOf());
  const [metadata] = (await once(call, 'metadata')) as [Metadata];
  await answer;
  return metadata.get('x-model-trained');
};

describe('the gRPC server of the simulated server', () => {
  it('reads a tensor of 602 kB as it was sent', async () => {
    const message = messageOf(7);
    const client = clientOf(await start(echoEngine(served)));

    expect(message.length).toBeGreaterThan(602_112);
    expect(answered(await ask(client, message))).toEqual({
      id: '7',
      values: tensorOf(7).slice(0, 1000),
    });
  });

  it('reports in the metadata whether its model is trained', async () => {
    expect(await trainedOf(createNoopEngine(fixedOutputs(served, CLASSIFIER).correct))).toEqual([
      'false',
    ]);
    expect(await trainedOf(echoEngine(served))).toEqual(['true']);
  });

  it('answers 64 calls on one channel correctly in another order', async () => {
    const { engine, release, arrived } = holdingEngine(served);
    const client = clientOf(await start(engine));
    const answers = Array.from({ length: 64 }, (_, seed) => ask(client, messageOf(seed)));
    await arrived(64);
    release();

    for (const [seed, bytes] of (await Promise.all(answers)).entries()) {
      const { id, values } = answered(bytes);
      expect([id, values[0], values[999]]).toEqual([String(seed), -1 - seed, 999]);
    }
  });

  it('refuses an unknown method', async () => {
    const client = clientOf(await start());

    for (const path of ['/inference.GRPCInferenceService/Nope', '/toString', '/a.b/__proto__']) {
      await expect(ask(client, messageOf(), { path })).rejects.toMatchObject({
        code: status.UNIMPLEMENTED,
        details: `unknown method ${path}`,
      });
    }
  });

  it('fails with the status of the platform and a message in any script', async () => {
    const client = clientOf(await start());

    await expect(
      ask(client, messageOf(0, { model_name: 'modèle 100 % 模型\n' })),
    ).rejects.toMatchObject({
      code: status.NOT_FOUND,
      details: 'model modèle 100 % 模型\n not found',
    });
  });

  it('is unavailable while its model is not ready', async () => {
    const engine: InferenceEngine = {
      ...createNoopEngine(fixedOutputs(served, CLASSIFIER).correct),
      isReady: false,
    };

    await expect(ask(clientOf(await start(engine)), messageOf())).rejects.toMatchObject({
      code: status.UNAVAILABLE,
    });
  });

  it('answers pending calls before it stops, but no later ones', async () => {
    const { engine, release, arrived } = holdingEngine(served);
    const server = await start(engine);
    const begun = ask(clientOf(server), messageOf(5));
    await arrived();
    let isStopped = false;
    const stopped = server.stop().then(() => {
      isStopped = true;
    });

    await expect(ask(clientOf(server), messageOf(6))).rejects.toMatchObject({
      code: status.UNAVAILABLE,
    });
    expect(isStopped).toBe(false);
    release();
    expect(answered(await begun).id).toBe('5');
    await stopped;
  });

  it('does not wait for idle connections when it stops', async () => {
    const server = await start();
    await ask(clientOf(server), messageOf());
    const silent = connect(Number(new URL(server.url).port), '127.0.0.1');
    silent.on('error', () => undefined);
    silent.resume();
    await once(silent, 'connect');

    await server.stop();
    if (!silent.closed) await once(silent, 'close');
    expect(silent.destroyed).toBe(true);
  });
});

/** Sends any bytes with Node's HTTP/2 client, and returns the headers of the answer. */
const rawCall = async (
  { url }: ReferenceGrpcServer,
  write: (stream: ClientHttp2Stream) => void,
): Promise<Record<string, unknown>> => {
  const session = connectHttp2(url);
  const stream = session.request({
    ':method': 'POST',
    ':path': INFER,
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  write(stream);
  const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
  stream.resume();
  await once(stream, 'close');
  session.close();
  return headers;
};

describe('the simulated TorchServe', () => {
  it('answers a ping over gRPC with the same text as over REST', async () => {
    const wire = (await loadGrpcWire('torchserve')) ?? {};
    const server = await startGrpcServer(
      { wire, engine: createNoopEngine(fixedOutputs(served, CLASSIFIER).correct) },
      { host: '127.0.0.1', port: 0 },
    );
    servers.push(server);
    const path = '/org.pytorch.serve.grpc.inference.InferenceAPIsService/Ping';

    // As TorchServe 0.12.0 answered.
    expect(String(await ask(clientOf(server), Buffer.alloc(0), { path }))).toBe(
      '\n\u0019{\n  "status": "Healthy"\n}',
    );
  });
});

describe('the gRPC server of the simulated server, if something goes wrong,', () => {
  it.each(['deadline', 'cancel'] as const)(
    'continues after a %s of its client, even if the answer comes later',
    async (how) => {
      const { engine, release, arrived } = holdingEngine(served);
      const client = clientOf(await start(engine));
      const { call, answer } = send(client, messageOf(1), {
        deadlineMs: how === 'deadline' ? 4000 : 60_000,
      });
      const ended = answer.catch((error: unknown) => error);
      await arrived();
      if (how === 'cancel') call.cancel();

      expect(await ended).toMatchObject({
        code: how === 'cancel' ? status.CANCELLED : status.DEADLINE_EXCEEDED,
      });
      release();
      expect(answered(await ask(client, messageOf(2))).id).toBe('2');
    },
  );

  it('continues after a client that left in the middle of its message', async () => {
    const server = await start(echoEngine(served));
    const session = connectHttp2(server.url);
    const stream = session.request({ ':method': 'POST', ':path': INFER });
    stream.on('error', () => undefined);
    await new Promise((resolve) => {
      stream.write(framed(messageOf()).subarray(0, 300_000), resolve);
    });
    session.destroy();

    expect(answered(await ask(clientOf(server), messageOf(3))).id).toBe('3');
  });

  it('continues after a client that speaks another protocol', async () => {
    const server = await start(echoEngine(served));
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    socket.resume();
    await once(socket, 'close');

    expect(answered(await ask(clientOf(server), messageOf(4))).id).toBe('4');
  });

  it.each(['reset', 'halfBody'] as const)(
    'drops the connection if the delay engine is told to (%s)',
    async (fault) => {
      const latency = { kind: 'constant', ms: 0 } as const;
      const engine = createDelayEngine(fixedOutputs(served, CLASSIFIER), {
        latency,
        faults: { [fault]: 1 },
      });
      const client = clientOf(await start(engine));

      for (const seed of [1, 2]) {
        await expect(ask(client, messageOf(seed))).rejects.toMatchObject({
          code: status.UNAVAILABLE,
          details: expect.stringMatching(/Connection dropped|ECONNRESET/) as string,
        });
      }
    },
  );

  it.each([
    ['no message', Buffer.alloc(0)],
    ['a message that is cut off', framed(Buffer.alloc(10)).subarray(0, 12)],
    ['a compressed message', Buffer.concat([Buffer.of(1), framed(Buffer.alloc(10)).subarray(1)])],
  ])('refuses a call with %s', async (_, bytes) => {
    const headers = await rawCall(await start(), (stream) => stream.end(bytes));

    expect(headers).toMatchObject({
      ':status': 200,
      'content-type': 'application/grpc',
      'grpc-status': String(status.INTERNAL),
    });
  });
});
