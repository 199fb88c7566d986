import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LoadJob } from '../../../../lib/bench/load/job.ts';
import type { LoadResult } from '../../../../lib/bench/model/load-result.ts';
import { runLoad } from '../../../../lib/bench/load/run-load.ts';
import { codecOf } from '../../../../middleware/servings/index.ts';
import type { ServingName } from '../../../../serving-configs/index.ts';
import { createNoopEngine } from '../../../../serving-configs/reference/engines/noop-engine.ts';
import { CLASSIFIER } from '../../../../serving-configs/models/model.ts';
import { fixedOutputs } from '../../../../serving-configs/reference/fixed-outputs.ts';
import { startGrpcServer } from '../../../../serving-configs/reference/grpc-server.ts';
import { loadGrpcWire } from '../../../../serving-configs/reference/load-wire.ts';
import { classifierOf, imageInput } from '../../../support/codec-inputs.ts';
import {
  endWith,
  keepSilent,
  startFakeGrpcServing,
  type GrpcBehaviour,
} from '../../../support/fake-grpc-serving.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

const SERVING: ServingName = 'triton_pytorch';

/** The message and the path that the middleware would send to a serving for a black image. */
const encoded = (serving: ServingName = SERVING) => {
  const pixels = { width: 224, height: 224, data: new Uint8Array(224 * 224 * 3) };
  const input = imageInput(serving, 'tensor', pixels);
  const request = codecOf(serving).grpc?.encode(input, 'raw', classifierOf(serving));
  if (request === undefined) throw new Error(`${serving} speaks no gRPC`);
  return { path: request.path, message: Buffer.concat(request.body) };
};

const USERS = 3;

const load = async (
  url: string,
  changes: Partial<LoadJob> = {},
  serving: ServingName = SERVING,
): Promise<LoadResult> => {
  const { path, message } = encoded(serving);
  const file = join(newFolder(), '0.request');
  await writeFile(file, message);
  return runLoad(
    {
      url: url + path,
      protocol: 'grpc',
      images: [file],
      seed: 1,
      level: { loop: 'closed', virtualUsers: USERS },
      warmupSeconds: 0.1,
      durationSeconds: 1,
      timeoutMs: 60_000,
      expect: 'status',
      ...changes,
    },
    () => undefined,
  );
};

/** Runs a load against a server with this behaviour. */
const loadAgainst = async (
  behave: GrpcBehaviour,
  changes: Partial<LoadJob> = {},
): Promise<LoadResult> => {
  const server = await startFakeGrpcServing();
  server.behave = (stream, message) => {
    // The server would keep the tensors of all calls.
    server.received.length = 0;
    behave(stream, message);
  };
  return load(server.url, { durationSeconds: 2, ...changes });
};

describe('The load generator over gRPC', () => {
  it('sends whole tensors and counts the answers of a serving that computes nothing', async () => {
    const wire = await loadGrpcWire(SERVING);
    if (wire === undefined) throw new Error(`${SERVING} speaks no gRPC`);
    const engine = createNoopEngine(fixedOutputs(classifierOf(SERVING), CLASSIFIER).correct);
    const server = await startGrpcServer({ wire, engine }, { host: '127.0.0.1', port: 0 });
    const result = await load(server.url);
    const refused = await load(server.url, {}, 'triton_tensorflow');
    await server.stop();

    // Each user has sent more than one request.
    expect(result.succeeded).toBeGreaterThan(USERS);
    expect(result.failed).toBe(0);
    // The serving does not know the model of the other one. Its NOT_FOUND counts like a 404 over HTTP.
    expect(refused.succeeded).toBe(0);
    expect(Object.keys(refused.failures)).toEqual(['http-404']);
  });

  it.each<[string, 'http-503' | 'http-415' | 'reset', GrpcBehaviour]>([
    ['a status without a message', 'http-503', endWith(14)],
    [
      'an HTTP status',
      'http-415',
      (stream) => stream.respond({ ':status': 415 }, { endStream: true }),
    ],
    [
      'an end without a status',
      'reset',
      (stream) => {
        stream.respond({ ':status': 200 });
        stream.end(Buffer.alloc(5));
      },
    ],
    ['the end of the connection', 'reset', (stream) => stream.session?.destroy()],
  ])('reports %s as %s', async (_, failure, behave) => {
    const result = await loadAgainst(behave);

    expect(result.succeeded).toBe(0);
    expect(result.failures[failure]).toBeGreaterThan(0);
    expect(Object.keys(result.failures)).toEqual([failure]);
  });

  it('abandons a call after its timeout', async () => {
    const result = await loadAgainst(keepSilent, { timeoutMs: 50, durationSeconds: 2 });

    expect(result.failures.timeout).toBeGreaterThan(USERS);
    expect(result.succeeded).toBe(0);
  });

  it('counts a refused connection as "connect"', async () => {
    const server = await startFakeGrpcServing();
    await server.close();

    expect(Object.keys((await load(server.url, { durationSeconds: 2 })).failures)).toEqual([
      'connect',
    ]);
  });
});
