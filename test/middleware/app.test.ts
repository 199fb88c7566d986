import { buildApp } from '../../middleware/app.ts';
import type { App } from '../../middleware/app.ts';
import { servingNames } from '../../serving-configs/index.ts';
import { readImageHeader } from '../../serving-configs/models/input/image-header.ts';
import { startFakeServing } from '../support/fake-serving.ts';
import type { FakeServing } from '../support/fake-serving.ts';
import { buildTestApp, cat, formOf, NOWHERE, testConfig } from '../support/middleware.ts';

/** The images that a fresh process draws. */
const drawn = async (url: string, seed: number): Promise<string[]> => {
  const { http } = await buildApp(testConfig(url, { seed }));
  const files: string[] = [];
  for (let count = 0; count < 12; count += 1) {
    files.push((await http.inject('/randinfer/torchserve')).json().image);
  }
  await http.close();
  return files;
};

type Received = FakeServing['received'][number];

const TENSOR_BYTES = 224 * 224 * 3 * 4;
const catSize = readImageHeader(cat);

/** The lengths of nested lists, the outermost first, each taken from its first item. */
const shapeOf = (list: unknown): number[] =>
  Array.isArray(list) ? [list.length, ...shapeOf(list[0])] : [];

const shapeOfRows = ({ body }: Received): number[] =>
  shapeOf(JSON.parse(body.toString()).instances);

const base64Of = ({ body }: Received, input: string): Buffer =>
  Buffer.from(JSON.parse(body.toString()).inputs[input].b64, 'base64');

/** What an answer to an image says of the weights. */
const trainedOf = async ({ http }: App, id: string): Promise<unknown> => {
  const url = `/infer/${id}`;
  const response = await http.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'image/jpeg' },
    payload: cat,
  });
  return response.json<{ readonly trained?: boolean }>().trained;
};

describe('the middleware', () => {
  let serving: FakeServing;
  let app: App;

  beforeAll(async () => {
    serving = await startFakeServing();
    app = await buildTestApp(serving.url);
  });
  afterAll(async () => {
    await app.http.close();
    await serving.close();
  });
  beforeEach(() => {
    serving.received.length = 0;
  });

  const jpeg = { 'content-type': 'image/jpeg' };
  const infer = async (id: string, query = '') =>
    app.http.inject({ method: 'POST', url: `/infer/${id}${query}`, headers: jpeg, payload: cat });

  it('answers the classes, the way it took and where the time went', async () => {
    const response = await infer('torchserve');

    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({
      serving: 'torchserve',
      protocol: 'rest',
      payload: 'image',
      encoding: 'raw',
      top: [
        { class: 281, label: 'tabby', score: 0.6 },
        { class: 282, label: expect.any(String), score: 0.2 },
        { class: 285, label: expect.any(String), score: 0.1 },
      ],
      timingsMs: {
        receive: expect.any(Number),
        queue: expect.any(Number),
        decode: expect.any(Number),
        encode: expect.any(Number),
        upstream: expect.any(Number),
        parse: expect.any(Number),
        total: expect.any(Number),
      },
    });
    const timings = response.json().timingsMs as Record<string, number>;
    const header = Object.entries(timings).map(([name, ms]) => `${name};dur=${ms}`);
    expect(response.headers['server-timing']).toBe(header.join(', '));
    expect(response.headers['middleware-process']).toBe('1/1');
  });

  it.each<[string, string, string, string, (one: Received) => unknown, unknown]>([
    ['torchserve', '', 'image', 'raw', ({ body }) => body.equals(cat), true],
    ['torchserve', '?payload=tensor', 'tensor', 'raw', ({ body }) => body.length, TENSOR_BYTES],
    ['tfserving', '', 'tensor', 'json', shapeOfRows, [1, 224, 224, 3]],
    [
      'tfserving',
      '?encoding=base64',
      'tensor',
      'base64',
      (one) => base64Of(one, 'raw').length,
      TENSOR_BYTES,
    ],
    [
      'tfserving',
      '?payload=tensor_fullsize',
      'tensor_fullsize',
      'json',
      shapeOfRows,
      [1, catSize.height, catSize.width, 3],
    ],
    [
      'tfserving',
      '?payload=image',
      'image',
      'base64',
      (one) => base64Of(one, 'jpeg').equals(cat),
      true,
    ],
    [
      'triton_pytorch',
      '',
      'tensor',
      'binary',
      ({ headers, body }) => body.length - Number(headers['inference-header-content-length']),
      TENSOR_BYTES,
    ],
    [
      'triton_pytorch',
      '?encoding=json',
      'tensor',
      'json',
      ({ body }) => JSON.parse(body.toString()).inputs[0].data.length * 4,
      TENSOR_BYTES,
    ],
  ])('sends %s%s the payload %s as %s', async (id, query, payload, encoding, look, seen) => {
    const response = await infer(id, query);

    expect(response.json()).toMatchObject({ serving: id, payload, encoding });
    expect(serving.received).toHaveLength(1);
    expect(serving.received.map(look)).toEqual([seen]);
  });

  it('passes an image on as it came, from a body and from a form', async () => {
    const { body, contentType } = formOf([{ name: 'image', content: cat }]);
    await infer('torchserve');
    const response = await app.http.inject({
      method: 'POST',
      url: '/infer/torchserve',
      headers: { 'content-type': contentType },
      payload: body,
    });

    expect(response.statusCode).toBe(200);
    expect(serving.received.map((one) => one.body.equals(cat))).toEqual([true, true]);
    expect(serving.received.map(({ headers }) => headers['content-type'])).toEqual([
      'image/jpeg',
      'image/jpeg',
    ]);
  });

  describe('says whether the weights are trained', () => {
    let honest: FakeServing['behave'];
    let told: App;

    beforeAll(async () => {
      honest = serving.behave;
      told = await buildTestApp(serving.url, { weightsTrained: { torchserve: true, mms: false } });
    });
    afterEach(() => {
      serving.behave = honest;
    });
    afterAll(() => told.http.close());

    const saying = (text: string) => {
      serving.behave = (response, socket, path) => {
        response.setHeader('X-Model-Trained', text);
        honest(response, socket, path);
      };
    };

    it('as the serving says it', async () => {
      saying('false');
      expect(await trainedOf(app, 'torchserve')).toBe(false);
      saying('true');
      expect(await trainedOf(app, 'torchserve')).toBe(true);
    });

    it('as it was told, where the serving says nothing', async () => {
      expect(await trainedOf(told, 'torchserve')).toBe(true);
      expect(await trainedOf(told, 'mms')).toBe(false);
    });

    it('as the serving says it, where it was told otherwise', async () => {
      saying('false');
      expect(await trainedOf(told, 'torchserve')).toBe(false);
    });

    it('not at all, where nobody knows', async () => {
      expect(await trainedOf(app, 'torchserve')).toBeUndefined();
      expect(await trainedOf(told, 'flask')).toBeUndefined();
    });
  });

  it('draws images in the order of its seed', async () => {
    const files = await drawn(serving.url, 5);

    expect(files[0]).toMatch(/\.jpg$/);
    expect(await drawn(serving.url, 5)).toEqual(files);
    expect(await drawn(serving.url, 6)).not.toEqual(files);
  });

  it.each([
    ['POST', '/infer/nope', 404, 'INFER_UNKNOWN_SERVING', servingNames.join(', ')],
    ['GET', '/randinfer/nope', 404, 'INFER_UNKNOWN_SERVING', servingNames.join(', ')],
    ['GET', '/health/ready?serving=nope', 404, 'INFER_UNKNOWN_SERVING', servingNames.join(', ')],
    ['GET', '/infer/torchserve', 404, 'INFER_ROUTE_UNKNOWN', 'no GET /infer/torchserve here'],
    ['GET', '/', 404, 'INFER_ROUTE_UNKNOWN', '/docs lists what there is'],
    ['POST', '/infer/torchserve?payload=x', 400, 'INFER_PAYLOAD_UNSUPPORTED', 'payload image'],
    ['POST', '/infer/tfserving?encoding=x', 400, 'INFER_PAYLOAD_UNSUPPORTED', 'json or base64'],
    ['POST', '/infer/tfserving?payload=', 400, 'INFER_PAYLOAD_UNSUPPORTED', 'payload tensor'],
    ['GET', '/randinfer/triton_pytorch?payload=image', 400, 'INFER_PAYLOAD_UNSUPPORTED', 'tensor'],
    ['POST', '/infer/torchserve?payload=a&payload=b', 400, 'INFER_PAYLOAD_UNSUPPORTED', '"a,b"'],
    ['GET', '/infer/%', 400, 'INFER_REQUEST_INVALID', ''],
  ] as const)('answers %s %s with %d %s', async (method, url, status, code, part) => {
    const response = await app.http.inject({ method, url });

    expect(response.statusCode).toBe(status);
    expect(response.json()).toMatchObject({ code, message: expect.stringContaining(part) });
  });

  it('is alive, and ready when the servings are', async () => {
    const live = await app.http.inject('/health/live');
    const ready = await app.http.inject('/health/ready');
    const one = await app.http.inject('/health/ready?serving=tfserving');

    expect([live.statusCode, live.json()]).toEqual([200, { live: true }]);
    expect([ready.statusCode, ready.json()]).toEqual([200, { ready: [...servingNames] }]);
    expect(one.json()).toEqual({ ready: ['tfserving'] });
  });

  it('names the servings that are not ready', async () => {
    const config = testConfig(serving.url);
    const servingUrls = {
      ...config.servingUrls,
      tfserving: { ...config.servingUrls.tfserving, rest: NOWHERE },
    };
    const { http } = await buildApp({ ...config, servingUrls });
    const all = await http.inject('/health/ready');
    const other = await http.inject('/health/ready?serving=torchserve');
    await http.close();

    expect(all.statusCode).toBe(503);
    expect(all.json()).toEqual({
      code: 'INFER_NOT_READY',
      message: 'Not ready: tfserving (?serving= asks for one alone).',
    });
    expect(other.statusCode).toBe(200);
  });

  it('is ready where those servings are that are expected to run', async () => {
    const { servingUrls, ...config } = testConfig(NOWHERE);
    const { http } = await buildApp({
      ...config,
      servingUrls: { ...servingUrls, torchserve: { ...servingUrls.torchserve, rest: serving.url } },
      expectedServings: ['torchserve'],
    });
    const expected = await http.inject('/health/ready');
    const other = await http.inject('/health/ready?serving=tfserving');
    await http.close();

    expect([expected.statusCode, expected.json()]).toEqual([200, { ready: ['torchserve'] }]);
    expect([other.statusCode, other.json().message]).toEqual([503, 'Not ready: tfserving.']);
  });

  it('counts requests and times phases', async () => {
    const { http } = await buildTestApp(serving.url);
    await http.inject({ method: 'POST', url: '/infer/torchserve', headers: jpeg, payload: cat });
    await http.inject({ method: 'POST', url: '/infer/torchserve', headers: jpeg, payload: 'text' });
    const response = await http.inject('/metrics');
    await http.close();

    expect(response.headers['content-type']).toContain('text/plain');
    const lines = response.body.split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'middleware_requests_total{serving="torchserve",protocol="rest",payload="image",status="200"} 1',
        'middleware_requests_total{serving="torchserve",protocol="rest",payload="image",status="422"} 1',
        'middleware_failures_total{serving="torchserve",protocol="rest",payload="image",code="INFER_IMAGE_NOT_AN_IMAGE"} 1',
        'middleware_phase_seconds_count{serving="torchserve",protocol="rest",payload="image",phase="upstream"} 1',
        'middleware_processes 1',
        'middleware_requests_in_flight{process="1"} 0',
        expect.stringMatching(/^process_cpu_seconds_total\{process="1"\} [\d.]+$/),
        expect.stringMatching(/^process_resident_memory_bytes\{process="1"\} \d+$/),
        expect.stringMatching(
          /^middleware_event_loop_delay_seconds\{process="1",quantile="0.99"\}/,
        ),
      ]),
    );
  });

  it('describes itself without asking the network', async () => {
    const page = await app.http.inject('/docs');
    const description = (await app.http.inject('/docs/json')).json();

    expect(page.statusCode).toBe(200);
    expect(page.body).not.toMatch(/(?:src|href)="https?:/);
    expect(Object.keys(description.paths)).toEqual([
      '/infer/{serving}',
      '/randinfer/{serving}',
      '/encode/{serving}',
      '/grpc/infer/{serving}',
      '/grpc/randinfer/{serving}',
      '/grpc/encode/{serving}',
      '/health/live',
      '/health/ready',
      '/metrics',
    ]);
    const { post } = description.paths['/infer/{serving}'];
    expect(Object.keys(post.requestBody.content)).toContain('multipart/form-data');
    expect(Object.keys(post.responses)).toEqual([
      '200',
      '400',
      '404',
      '413',
      '415',
      '422',
      '500',
      '502',
      '503',
      '504',
    ]);
  });
});
