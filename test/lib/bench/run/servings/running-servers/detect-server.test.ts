import { detectServer } from '../../../../../../lib/bench/run/servings/running-servers/detect-server.ts';
import type { UserModel } from '../../../../../../lib/bench/model-file/described-model.ts';
import {
  HEADER_LENGTH,
  readTensors,
  writeTensors,
  type NamedTensor,
} from '../../../../../../serving-configs/models/tensors/tensor-body.ts';
import { listenHttp, type Handler } from '../../../../../support/http-server.ts';
import {
  answerWith,
  endWith,
  startFakeGrpcServing,
} from '../../../../../support/fake-grpc-serving.ts';
import {
  officialInferRequest,
  officialInferResponse,
} from '../../../../../support/official-messages/open-inference.ts';
import { tensor } from '../../../../../support/user-model.ts';

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

const listen = async (handler: Handler): Promise<string> => (await listenHttp(handler)).url;

const detect = (url: string, more: object = {}, user: UserModel = model) =>
  detectServer({ name: 'mine', url, ...more }, user, new AbortController().signal, () => undefined);

const listenGrpc = async () => {
  const server = await startFakeGrpcServing();
  server.behave = (stream, message) => {
    const { model_name: name } = officialInferRequest.read(message);
    if (name !== 'net') return endWith(5, `model ${name} is not known`)(stream, message);
    const outputs = answer.map(({ name: output, datatype, shape }) => ({
      name: output,
      datatype,
      shape,
    }));
    const raw = answer.map(({ bytes }) => bytes);
    const response = officialInferResponse.write({ outputs, raw_output_contents: raw });
    return answerWith(response)(stream, message);
  };
  return { server, url: server.url.replace('http:', 'grpc:') };
};

/** Answers tensors at one path, in JSON only unless `takesBytes` is set. */
const tensorsAt =
  (path: string, takesBytes: boolean): Handler =>
  ({ url }, response, body) => {
    if (url !== path) {
      response.writeHead(404).end('no such path');
      return;
    }
    const { encoding, tensors } = readTensors(body, 'inputs');
    if (tensors[0]?.name !== 'ids' || (encoding === 'binary' && !takesBytes)) {
      response.writeHead(400).end('no JSON');
    } else response.end(bodyIn(encoding));
  };

describe('The protocol of a running server', () => {
  it('is detected if it speaks the Open Inference Protocol, with the encodings that it answers', async () => {
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

  it('is asked to answer in bytes, because JSON has no FP16', async () => {
    const half = { ...model, outputs: [{ ...model.outputs[0], datatype: 'FP16' }] } as UserModel;
    const halves = [{ name: 'scores', datatype: 'FP16', shape: [1, 2], bytes: Buffer.alloc(4) }];
    const { body, jsonLength } = writeTensors(halves as NamedTensor[], 'outputs', 'binary');
    const url = await listen((_, response, request) => {
      if (!request.includes('"binary_data":true')) response.writeHead(400).end('no FP16 in JSON');
      else response.setHeader(HEADER_LENGTH, String(jsonLength)).end(Buffer.concat(body));
    });

    expect(await detect(url, {}, half)).toMatchObject({
      speaks: 'open-inference',
      encodings: ['binary'],
    });
  });

  it('is not asked for again and again if the server does not answer at all', async () => {
    const asked: (string | undefined)[] = [];
    const url = await listen((request) => void asked.push(request.url));

    await expect(detect(url)).rejects.toMatchObject({
      code: 'BENCH_SERVER_ANSWER',
    });
    expect(asked).toEqual(['/v2/models/net/infer']);
  });

  it('is detected if it takes the same bodies at another path', async () => {
    const url = `${await listen(tensorsAt('/predict?fast=1', true))}/predict?fast=1`;

    expect(await detect(url)).toMatchObject({ speaks: 'application', path: '/predict?fast=1' });
  });

  it('is detected if it lists the versions of its models: in columns, one output without a name', async () => {
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

  it('is taken from the description, if that has a body and the first answer has its outputs', async () => {
    const json = { body: '[{{ids[0]}}]', outputs: { scores: '/0' } };
    const url = await listen((_, response) => void response.end('[[1, 2]]'));

    expect(await detect(`${url}/x`, json)).toMatchObject({ path: '/x', speaks: 'json', json });
  });

  it.each([
    ['a body that is not JSON', { body: '{{ids}}, ' }, 'BENCH_DESCRIPTION', 'servers.mine.body'],
    [
      'a pointer to nothing',
      { outputs: { scores: '/emb' } },
      'BENCH_SERVER_ANSWER',
      '/emb; it has tokens, embedding',
    ],
    [
      'a pointer into values',
      { outputs: { scores: '/tokens/7' } },
      'BENCH_SERVER_ANSWER',
      '/tokens is a list of 1',
    ],
    [
      'a pointer to values of another shape',
      { outputs: { scores: '/tokens' } },
      'BENCH_SERVER_ANSWER',
      '[1,1]',
    ],
    [
      'an answer with an error',
      { path: '/down' },
      'BENCH_SERVER_REFUSED',
      'POST /down gave 500 out of order',
    ],
    ['an answer in words', { path: '/words' }, 'BENCH_SERVER_ANSWER', 'POST /words gave 200 hello'],
  ])('is refused with %s, before anything is measured', async (_, wrong: object, code, quoted) => {
    const correct = { body: '{"ids": {{ids}}}', outputs: { scores: '/embedding' } };
    const root = await listen(({ url: path }, response) => {
      if (path === '/down') response.writeHead(500).end('out of order');
      else response.end(path === '/words' ? 'hello' : '{"tokens": [3], "embedding": [[1, 2]]}');
    });

    await expect(
      detect(root + ('path' in wrong ? wrong.path : ''), { ...correct, ...wrong }),
    ).rejects.toMatchObject({
      code,
      message: expect.stringContaining(quoted) as string,
    });
    expect(await detect(root, correct)).toMatchObject({ speaks: 'json' });
  });

  it.each([
    [
      'JSON of its own',
      { body: '{{ids}}', outputs: { scores: '/y' } },
      '{"y": [[NaN, 1]]}',
      'json',
    ],
    [
      'the Open Inference Protocol',
      {},
      '{"outputs":[{"name":"scores","datatype":"FP32","shape":[1,2],"data":[-Infinity,1]}]}',
      'open-inference',
    ],
    [
      'rounded numbers',
      {},
      '{"outputs":[{"name":"ids","datatype":"INT64","shape":[1],"data":[1152921504606846977]}]}',
      'open-inference',
    ],
  ])(
    'is detected by an answer in %s with numbers that JSON does not have',
    async (_, contract, body, speaks) => {
      const url = await listen((_request, response) => void response.end(body));

      expect(await detect(url, contract)).toMatchObject({ speaks });
    },
  );

  it('is gRPC if the address says so and the first input is answered', async () => {
    const { server, url } = await listenGrpc();

    expect(await detect(url)).toMatchObject({ protocol: 'grpc', encodings: ['raw'], model: 'net' });
    expect(server.received).toHaveLength(1);
  });

  it('is not gRPC if the server has no such model, none of the outputs, or another protocol', async () => {
    const { server, url } = await listenGrpc();
    const rest = await listen((_, response) => void response.end());

    await expect(detect(url, {}, { ...model, name: 'other' })).rejects.toMatchObject({
      code: 'BENCH_SERVER_MODEL',
      message: expect.stringContaining('other') as string,
      hint: expect.stringContaining(`{ mine: { url: '${url}', model: NAME } }`) as string,
    });
    await expect(detect(rest.replace('http:', 'grpc:'))).rejects.toMatchObject({
      code: 'BENCH_SERVER_PROTOCOL',
      hint: expect.stringContaining('http://HOST:PORT') as string,
    });
    const refusal = 'ids are too long';
    server.behave = endWith(3, refusal.replace(' ', '%20'));
    await expect(detect(url)).rejects.toMatchObject({
      code: 'BENCH_SERVER_REFUSED',
      message: expect.stringContaining(`INVALID_ARGUMENT ${refusal}`) as string,
    });
    server.behave = answerWith(officialInferResponse.write({ outputs: [] }));
    await expect(detect(url)).rejects.toMatchObject({
      code: 'BENCH_SERVER_ANSWER',
      message: expect.stringContaining('"scores"') as string,
    });
  });

  it('is not HTTP at a gRPC port', async () => {
    const { server } = await listenGrpc();

    await expect(detect(server.url)).rejects.toMatchObject({
      code: 'BENCH_SERVER_PROTOCOL',
      hint: expect.stringContaining('grpc://HOST:PORT') as string,
    });
  });

  it('is not guessed if the server speaks the protocol and has no such model', async () => {
    const error = 'Model net not found';
    const url = await listen(({ url: path }, response) => {
      if (path === '/v2/health/live') response.end();
      else response.writeHead(404).end(JSON.stringify({ error }));
    });

    for (const address of [url, `${url}/v2/models/net`]) {
      await expect(detect(address)).rejects.toMatchObject({
        code: 'BENCH_SERVER_MODEL',
        message: expect.stringContaining(error) as string,
        hint: expect.stringContaining(`mine=${url}/v2/models/NAME`) as string,
      });
    }
    await expect(detect(url, { model: 'other' })).rejects.toMatchObject({
      code: 'BENCH_SERVER_MODEL',
      hint: expect.stringContaining('servers.mine.model') as string,
    });
  });

  it.each([
    ['null', '[null,1]'],
    ['too few values', '[1]'],
  ])('is not detected by an answer with %s, and the error says why', async (_, data) => {
    const url = await listen(({ url: path }, response) => {
      if (path !== '/v2/models/net/infer') response.writeHead(404).end();
      else {
        response.end(
          `{"outputs":[{"name":"scores","datatype":"FP32","shape":[1,2],"data":${data}}]}`,
        );
      }
    });

    await expect(detect(url)).rejects.toMatchObject({
      code: 'BENCH_SERVER_PROTOCOL',
      message: expect.stringMatching(/\b200\b.*"scores".*GET \/v1/) as string,
    });
  });

  it('is not guessed: the error lists every request and its answer, with an example of a description', async () => {
    const url = await listen(({ url: path }, response) => {
      if (path === '/ping') response.end('{"status": "Healthy"}');
      else response.writeHead(404, { 'content-type': 'text/plain' }).end('nothing here');
    });

    await expect(detect(url)).rejects.toMatchObject({
      code: 'BENCH_SERVER_PROTOCOL',
      message: expect.stringMatching(
        /POST \/v2\/models\/net\/infer gave 404 nothing here.*GET \/v1\/models\/net gave 404/,
      ) as string,
      hint: expect.stringContaining('outputs: { scores: /scores }') as string,
    });
  });

  it.each([401, 403])(
    'is not guessed if the server refuses with %i: the hint is to give credentials',
    async (status) => {
      const url = await listen((_request, response) => {
        response.writeHead(status).end('who are you?');
      });

      await expect(detect(url)).rejects.toMatchObject({
        code: 'BENCH_SERVER_PROTOCOL',
        hint: expect.stringContaining('http://USER:PASSWORD@127.0.0.1:') as string,
      });
    },
  );

  it('cannot make a terminal obey its answer, which is quoted without control characters', async () => {
    const url = await listen((_request, response) => {
      response.writeHead(404).end('\u001B]0;title\u0007 \u001B[2J gone \u009B31m');
    });

    await expect(detect(url)).rejects.toMatchObject({
      // oxlint-disable-next-line no-control-regex
      message: expect.not.stringMatching(/[\0-\x1F\x7F-\x9F]/) as string,
    });
  });

  it('is not read to the end of an answer that has none', async () => {
    const chunk = Buffer.alloc(1024 * 1024);
    const url = await listen((_request, response) => {
      const send = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', send);
      send();
    });

    await expect(detect(url)).rejects.toMatchObject({
      code: 'BENCH_SERVER_ANSWER',
      message: expect.stringContaining('64.0 MiB') as string,
    });
  });

  it('cannot be detected if nothing listens', async () => {
    const { url, close } = await listenHttp(() => undefined);
    await close();

    await expect(detect(url)).rejects.toMatchObject({
      code: 'BENCH_SERVING_DIED',
      message: expect.stringContaining(url) as string,
    });
  });
});
