import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { manifestOf, servingNames, type ServingName } from '../../../serving-configs/index.ts';
import { createDelayEngine } from '../../../serving-configs/reference/engines/delay-engine.ts';
import { readDelayOptions } from '../../../serving-configs/reference/engines/delay-options.ts';
import { createNullEngine } from '../../../serving-configs/reference/engines/null-engine.ts';
import { loadWire } from '../../../serving-configs/reference/load-wire.ts';
import { startServer, type ReferenceServer } from '../../../serving-configs/reference/server.ts';

const servers: ReferenceServer[] = [];

const start = async (serving: ServingName, delay?: Record<string, unknown>) => {
  const { model } = manifestOf(serving);
  const engine =
    delay === undefined
      ? createNullEngine(model)
      : createDelayEngine(model, readDelayOptions(delay));
  const wire = await loadWire(serving);
  const server = await startServer({ wire, engine }, { host: '127.0.0.1', port: 0 });
  servers.push(server);
  return server.url;
};

interface Sample {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

const picture: Sample = {
  path: '/predict',
  headers: { 'content-type': 'image/jpeg' },
  body: Buffer.from('never read'),
};

const inputsAsJson = {
  headers: { 'content-type': 'application/json' },
  body: Buffer.from('{"inputs":[]}'),
} as const;

const samples: Record<ServingName, Sample> = {
  torchserve: {
    path: '/predictions/resnet-50',
    headers: { 'content-type': 'image/jpeg' },
    body: Buffer.from('never read'),
  },
  tfserving: {
    path: '/v1/models/resnet-50:predict',
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(`{"instances":[[${'[[1,2,3]],'.repeat(50_000)}[[1,2,3]]]]}`),
  },
  triton_pytorch: {
    path: '/v2/models/resnet50-torch/infer',
    headers: { 'inference-header-content-length': '0' },
    body: Buffer.alloc(602_112),
  },
  triton_tensorflow: {
    path: '/v2/models/resnet50-tf/infer',
    headers: {},
    body: Buffer.from('{"inputs":[]}'),
  },
  triton_onnx: { path: '/v2/models/resnet50-onnx/infer', ...inputsAsJson },
  triton_tensorrt: { path: '/v2/models/resnet50-trt/infer', ...inputsAsJson },
  bentoml: picture,
  cortex: picture,
  flask: picture,
  litserve: { ...picture, headers: { 'content-type': 'multipart/form-data; boundary=x' } },
  ray_serve: picture,
  mms: {
    path: '/predictions/resnet-50',
    headers: { 'content-type': 'image/jpeg' },
    body: Buffer.from('never read'),
  },
  kserve: { path: '/v2/models/resnet-50/infer', ...inputsAsJson },
  mlserver: { path: '/v2/models/resnet-50/infer', ...inputsAsJson },
  ovms: { path: '/v2/models/resnet-50/infer', ...inputsAsJson },
};

const post = (url: string, { path, headers, body }: Sample): Promise<Response> =>
  fetch(url + path, { method: 'POST', headers, body });

const broken = (fault: string) =>
  start('tfserving', { latency: { kind: 'constant', ms: 0 }, faults: { [fault]: 1 } });

describe('the reference server', () => {
  it('does not wait for a connection on which nothing was sent when it stops', async () => {
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

  it.each(servingNames)('is healthy as %s where the manifest says', async (serving) => {
    const url = await start(serving);
    const response = await fetch(url + manifestOf(serving).health.path);
    await response.arrayBuffer();

    expect(response.status).toBe(200);
  });

  it.each(servingNames)('answers as %s with the null engine, untrained', async (serving) => {
    const url = await start(serving);
    const first = await post(url, samples[serving]);
    const second = await post(url, samples[serving]);

    expect(first.status).toBe(200);
    expect(first.headers.get('x-model-trained')).toBe('false');
    expect(Buffer.from(await first.arrayBuffer())).toEqual(Buffer.from(await second.arrayBuffer()));
  });

  it('names the fixed class', async () => {
    const url = await start('torchserve');
    const answer = (await (await post(url, samples.torchserve)).json()) as Record<string, number>;

    expect(Object.keys(answer)[0]).toBe('tabby');
  });

  it('refuses an unknown path without an engine', async () => {
    const response = await fetch(`${await start('triton_pytorch')}/nowhere`);

    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ error: 'Not Found' });
  });

  it('waits the time that it was asked to', async () => {
    const url = await start('triton_pytorch', { latency: { kind: 'constant', ms: 40 } });
    await (await post(url, samples.triton_pytorch)).arrayBuffer();
    const start0 = performance.now();
    await (await post(url, samples.triton_pytorch)).arrayBuffer();

    expect(performance.now() - start0).toBeGreaterThanOrEqual(40);
  });

  it.each([
    [undefined, 500],
    [503, 503],
  ])('fails with the platform’s status, asked for %s', async (statusOnFailure, status) => {
    const url = await start('tfserving', {
      latency: { kind: 'constant', ms: 0 },
      failureShare: 1,
      ...(statusOnFailure === undefined ? {} : { statusOnFailure }),
    });
    const response = await post(url, samples.tfserving);

    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ error: expect.any(String) as string });
  });

  it('resets the connection', async () => {
    await expect(post(await broken('reset'), samples.tfserving)).rejects.toMatchObject({
      cause: { code: 'ECONNRESET' },
    });
  });

  it('sends half a body', async () => {
    const response = await post(await broken('halfBody'), samples.tfserving);

    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
  });

  it('answers no numbers', async () => {
    const response = await post(await broken('nan'), samples.tfserving);

    expect(await response.text()).toContain('NaN');
  });

  it('answers the wrong shape', async () => {
    const response = await post(await broken('wrongShape'), samples.tfserving);

    expect(await response.json()).toEqual({ predictions: [[]] });
  });

  it('goes on after a client that left in the middle of its body', async () => {
    const url = await start('triton_pytorch');
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      `POST ${samples.triton_pytorch.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf`,
    );
    socket.destroy();
    const response = await post(url, samples.triton_pytorch);
    await response.arrayBuffer();

    expect(response.status).toBe(200);
  });

  it('answers what has begun before it stops', async () => {
    const url = await start('triton_pytorch', { latency: { kind: 'constant', ms: 100 } });
    const sent = request(url + samples.triton_pytorch.path, {
      method: 'POST',
      headers: samples.triton_pytorch.headers,
    });
    sent.end(samples.triton_pytorch.body);
    await once(sent, 'finish');
    await new Promise((resolve) => {
      setTimeout(resolve, 30);
    });
    const stopped = servers.splice(0)[0]?.stop();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    await stopped;

    expect(response.statusCode).toBe(200);
    await expect(fetch(url)).rejects.toThrow();
  });

  it('says what to do when its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const wire = await loadWire('torchserve');
    const engine = createNullEngine(manifestOf('torchserve').model);
    const starting = startServer({ wire, engine }, { host: '127.0.0.1', port });

    await expect(starting).rejects.toMatchObject({
      message: `port ${port} of 127.0.0.1 is taken`,
      hint: expect.stringContaining('--port') as string,
    });
    other.close();
    await once(other, 'close');
  });
});
