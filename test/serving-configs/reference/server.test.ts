import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { codecOf } from '../../../middleware/servings/index.ts';
import type { CodecInput } from '../../../middleware/servings/serving.ts';
import { classifierOf, imageInput } from '../../support/codec-inputs.ts';
import { servingFactsOf, servingNames, type ServingName } from '../../../serving-configs/index.ts';
import { createDelayEngine } from '../../../serving-configs/reference/engines/delay-engine.ts';
import type { DelayOptions } from '../../../serving-configs/reference/engines/delay-options.ts';
import { createNoopEngine } from '../../../serving-configs/reference/engines/noop-engine.ts';
import { CLASSIFIER } from '../../../serving-configs/models/model.ts';
import { fixedOutputs } from '../../../serving-configs/reference/fixed-outputs.ts';
import { loadWire } from '../../../serving-configs/reference/load-wire.ts';
import { startServer, type ReferenceServer } from '../../../serving-configs/reference/server.ts';
import { listenTcp } from '../../support/tcp-server.ts';

const servers: ReferenceServer[] = [];

const start = async (serving: ServingName, delay?: DelayOptions) => {
  const served = classifierOf(serving);
  const engine =
    delay === undefined
      ? createNoopEngine(fixedOutputs(served, CLASSIFIER).correct)
      : createDelayEngine(fixedOutputs(served, CLASSIFIER), delay);
  const wire = await loadWire(serving);
  const server = await startServer({ wire, engine }, { host: '127.0.0.1', port: 0 });
  servers.push(server);
  return server.url;
};

interface Sample {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A request as the middleware sends it. The engines of these tests do not read it. */
const sampleOf = (serving: ServingName): Sample => {
  const { rest } = servingFactsOf(serving);
  const { defaultPayload: payload, payloads } = rest;
  const [encoding = 'raw'] = payloads[payload] ?? [];
  const pixels = { width: 224, height: 224, data: new Uint8Array(224 * 224 * 3) };
  const input: CodecInput =
    payload === 'image'
      ? { payload, bytes: Buffer.from('no image'), mediaType: 'image/jpeg' }
      : imageInput(serving, payload, pixels);
  const model = classifierOf(serving);
  const { path, headers, body } = codecOf(serving).rest.encode(input, encoding, model);
  return { path, headers, body: Buffer.concat(body) };
};

const tfserving = sampleOf('tfserving');
const triton = sampleOf('triton_pytorch');

const post = (url: string, { path, headers, body }: Sample): Promise<Response> =>
  fetch(url + path, { method: 'POST', headers, body });

const broken = (fault: string) =>
  start('tfserving', { latency: { kind: 'constant', ms: 0 }, faults: { [fault]: 1 } });

describe('the simulated server', () => {
  it('does not wait for an idle connection when it stops', async () => {
    const url = await start('torchserve');
    const silent = connect(Number(new URL(url).port), '127.0.0.1');
    await once(silent, 'connect');

    await servers.pop()?.stop();
    await once(silent, 'close');

    expect(silent.destroyed).toBe(true);
  });

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });

  it.each(servingNames)(
    'gives every request to %s the same answer with the no-op backend',
    async (serving) => {
      const url = await start(serving);
      const sample = sampleOf(serving);
      const first = await post(url, sample);
      const second = await post(url, sample);

      expect(first.status).toBe(200);
      expect(first.headers.get('x-model-trained')).toBe('false');
      expect(Buffer.from(await first.arrayBuffer())).toEqual(
        Buffer.from(await second.arrayBuffer()),
      );
    },
  );

  it('refuses an unknown path without an engine', async () => {
    const response = await fetch(`${await start('triton_pytorch')}/nowhere`);

    expect(response.status).toBe(404);
  });

  it.each([
    ['no Host', {}, ['tfserving', 'flask', 'torchserve'], 200],
    ['no Host', {}, ['mlserver'], 400],
    ['an unknown expectation', { host: 'a', expect: 'x' }, ['tfserving', 'mlserver'], 200],
    ['an unknown expectation', { host: 'a', expect: 'x' }, ['flask', 'cortex', 'torchserve'], 417],
  ] as const)(
    'answers a request with %s like its platform: %j, %j',
    async (_, more, names, status) => {
      for (const name of names) {
        const { path, headers, body } = sampleOf(name);
        const sent = request((await start(name)) + path, {
          method: 'POST',
          setHost: false,
          headers: { ...headers, ...more, 'content-length': body.length },
        });
        sent.on('error', () => undefined);
        sent.end(body);
        const [response] = (await once(sent, 'response')) as [IncomingMessage];
        response.resume();

        expect(response.statusCode).toBe(status);
      }
    },
  );

  it('waits for the configured time', async () => {
    const url = await start('triton_pytorch', { latency: { kind: 'constant', ms: 40 } });
    await (await post(url, triton)).arrayBuffer();
    const startMs = performance.now();
    await (await post(url, triton)).arrayBuffer();

    expect(performance.now() - startMs).toBeGreaterThanOrEqual(40);
  });

  it.each([
    ['failed', 500],
    ['overloaded', 503],
  ] as const)(
    'fails with the status of the platform if the engine reports %s',
    async (failure, status) => {
      const latency = { kind: 'constant', ms: 0 } as const;
      const url = await start('tfserving', { latency, failureShare: 1, failure });
      const response = await post(url, tfserving);

      expect(response.status).toBe(status);
      expect(await response.json()).toEqual({ error: expect.any(String) as string });
    },
  );

  it.each([
    ['halfBody', 'terminated'],
    ['reset', 'fetch failed'],
  ])('drops the connection if the delay engine is told to (%s)', async (fault, message) => {
    const answer = post(await broken(fault), tfserving).then((response) => response.text());

    await expect(answer).rejects.toThrow(message);
  });

  it.each([
    ['nan', /NaN/],
    ['wrongShape', /\[\[\s*\]\s*\]/],
  ])('answers wrongly if the delay engine is told to (%s)', async (fault, text) => {
    const response = await post(await broken(fault), tfserving);

    expect(response.status).toBe(200);
    expect(await response.text()).toMatch(text);
  });

  it('continues after a client that left in the middle of its body', async () => {
    const url = await start('triton_pytorch');
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(`POST ${triton.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf`);
    socket.destroy();
    const response = await post(url, triton);
    await response.arrayBuffer();

    expect(response.status).toBe(200);
  });

  it('answers pending requests before it stops', async () => {
    const url = await start('triton_pytorch', { latency: { kind: 'constant', ms: 100 } });
    const sent = request(url + triton.path, {
      method: 'POST',
      headers: triton.headers,
    });
    const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
    sent.end(triton.body);
    await once(sent, 'finish');
    await new Promise((resolve) => {
      setTimeout(resolve, 30);
    });
    const stopped = servers.splice(0)[0]?.stop();
    const [response] = await answered;
    response.resume();
    await once(response, 'end');
    await stopped;

    expect(response.statusCode).toBe(200);
    await expect(fetch(url)).rejects.toThrow();
  });

  it('says what to do when its port is taken', async () => {
    const other = await listenTcp(() => undefined);
    const { port } = other;
    const wire = await loadWire('torchserve');
    const engine = createNoopEngine(fixedOutputs(classifierOf('torchserve'), CLASSIFIER).correct);
    const starting = startServer({ wire, engine }, { host: '127.0.0.1', port });

    await expect(starting).rejects.toMatchObject({
      message: `port ${port} of 127.0.0.1 is taken`,
      hint: expect.stringContaining('--port') as string,
    });
    await other.close();
  });
});
