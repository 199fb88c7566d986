import { detectServer } from '../../../../../lib/bench/run/running-servers/detect-server.ts';
import type { UserModel } from '../../../../../lib/bench/user-model/user-model.ts';
import {
  readTensors,
  writeTensors,
} from '../../../../../serving-configs/models/tensors/tensor-body.ts';
import { listenHttp, type Handler } from '../../../../support/http-server.ts';
import { tensor } from '../../../../support/user-model.ts';

const answer = [tensor('scores', 'FP32', [1, 2], [1, 2])];
const bodyIn = (encoding: 'binary' | 'json'): Buffer =>
  Buffer.concat(writeTensors(answer, 'outputs', encoding).body);

const model = {
  name: 'net',
  inputs: [{ name: 'ids', datatype: 'INT64', shape: [1, 2], dims: [1, 2] }],
  outputs: [{ name: 'scores', datatype: 'FP32', shape: [1, 2], dims: [1, 2] }],
  sizes: {},
  servers: {},
  source: { from: 'zero' },
} as const satisfies Partial<UserModel> as unknown as UserModel;

const servers: Awaited<ReturnType<typeof listenHttp>>[] = [];
const listen = async (handler: Handler): Promise<string> => {
  const server = await listenHttp(handler);
  servers.push(server);
  return server.url;
};

const detect = (url: string, more: object = {}) =>
  detectServer({ name: 'mine', url, ...more }, model, new AbortController().signal);

afterEach(async () => {
  await Promise.all(servers.splice(0).map(({ close }) => close()));
});

/** Answers bodies of tensors at one path, JSON alone unless bytes are taken. */
const tensorsAt =
  (place: string, takesBytes: boolean): Handler =>
  ({ url }, response, body) => {
    if (url !== place) {
      response.writeHead(404).end('no such path');
      return;
    }
    const { encoding, tensors } = readTensors(body, 'inputs');
    if (tensors[0]?.name !== 'ids' || (encoding === 'binary' && !takesBytes)) {
      response.writeHead(400).end('no JSON');
    } else response.end(bodyIn(encoding));
  };

describe('How a running server is asked', () => {
  it('is found out where it speaks the Open Inference Protocol, with the encodings that it answers', async () => {
    const rest = { protocol: 'rest', speaks: 'open-inference' };
    const [both, json] = await Promise.all([
      listen(tensorsAt('/v2/models/net/infer', true)),
      listen(tensorsAt('/below/v2/models/other/infer', false)),
    ]);

    expect(await detect(both)).toMatchObject({
      ...rest,
      encodings: ['binary', 'json'],
      path: '/v2/models/net/infer',
    });
    for (const found of [
      await detect(`${json}/below/v2/models/other`),
      await detect(`${json}/below`, { model: 'other' }),
    ]) {
      expect(found).toMatchObject({
        ...rest,
        encodings: ['json'],
        path: '/below/v2/models/other/infer',
        model: 'other',
      });
    }
  });

  it('is found out where it takes the same bodies at a path of its own', async () => {
    const url = `${await listen(tensorsAt('/predict?fast=1', true))}/predict?fast=1`;

    expect(await detect(url)).toMatchObject({ speaks: 'application', path: '/predict?fast=1' });
  });

  it('is found out where it tells the versions of its models: in columns, one output without a name', async () => {
    const url = await listen(({ url: path }, response) => {
      if (path === '/v1/models/net') response.end('{"model_version_status": []}');
      else response.writeHead(404).end();
    });

    expect(await detect(url)).toMatchObject({
      speaks: 'json',
      encodings: ['json'],
      path: '/v1/models/net:predict',
      json: { body: '{"inputs":{"ids":{{ids}}}}', outputs: { scores: '/outputs' } },
    });
  });

  it('is what the description says, where that has a body, and gRPC where the address says so', async () => {
    const own = { body: '[{{ids[0]}}]', outputs: { scores: '/0' } };
    const url = await listen((_, response) => void response.end());

    expect(await detect(`${url}/x`, own)).toMatchObject({ path: '/x', speaks: 'json', json: own });
    expect(await detect(url.replace('http:', 'grpc:'))).toMatchObject({
      protocol: 'grpc',
      encodings: ['raw'],
      model: 'net',
    });
  });

  it('is not guessed: an error has all that was asked and what came, with an example of a description', async () => {
    const url = await listen(({ url: path }, response) => {
      if (path === '/ping') response.end('{"status": "Healthy"}');
      else response.writeHead(404, { 'content-type': 'text/plain' }).end('nothing here');
    });

    await expect(detect(url)).rejects.toMatchObject({
      code: 'BENCH_TARGET',
      message: expect.stringMatching(
        /handlers read.*POST \/v2\/models\/net\/infer gave 404 nothing here.*GET \/v1\/models\/net gave 404/,
      ) as string,
      hint: expect.stringContaining('outputs: { scores: /scores }') as string,
    });
  });

  it('cannot be found out where nothing listens', async () => {
    const { url, close } = await listenHttp(() => undefined);
    await close();

    await expect(detect(url)).rejects.toMatchObject({
      code: 'BENCH_SERVING_DIED',
      message: expect.stringContaining(`mine does not answer at ${url}`) as string,
    });
  });
});
