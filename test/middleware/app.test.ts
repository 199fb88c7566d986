import type { App } from '../../middleware/app.ts';
import { servingNames } from '../../serving-configs/index.ts';
import { answerCorrectly, useFakeServing } from '../support/fake-serving.ts';
import {
  buildTestApp,
  cat,
  formOf,
  NOWHERE,
  postImage,
  servingUrlsTo,
} from '../support/middleware.ts';

/** The images that a new process draws. */
const drawn = async (url: string, seed: number): Promise<string[]> => {
  const app = await buildTestApp(url, { seed });
  const files: string[] = [];
  for (let count = 0; count < 12; count += 1) {
    files.push((await app.inject('/randinfer/torchserve')).json().image);
  }
  return files;
};

/** The field `trained` of an answer. */
const trainedOf = async (app: App, id: string): Promise<unknown> =>
  (await postImage(app, `/infer/${id}`)).json<{ readonly trained?: boolean }>().trained;

describe('The middleware', () => {
  const serving = useFakeServing();
  let app: App;

  beforeAll(async () => {
    app = await buildTestApp(serving.url);
  });

  it('answers with classes, protocol, encoding and the duration of each phase', async () => {
    const response = await postImage(app, '/infer/torchserve');

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

  it.each([
    ['torchserve', 'image', 'raw'],
    ['tfserving', 'tensor', 'json'],
    ['triton_pytorch', 'tensor', 'binary'],
  ])('sends %s its default payload %s as %s', async (id, payload, encoding) => {
    const response = await postImage(app, `/infer/${id}`);

    expect(response.json()).toMatchObject({ serving: id, payload, encoding });
  });

  it('passes an image on unchanged, from a body and from a form', async () => {
    const { body, contentType } = formOf([{ name: 'image', content: cat }]);
    await postImage(app, '/infer/torchserve');
    const response = await app.inject({
      method: 'POST',
      url: '/infer/torchserve',
      headers: { 'content-type': contentType },
      payload: body,
    });

    expect(response.statusCode).toBe(200);
    expect(serving.received.map(({ body: received }) => received.equals(cat))).toEqual([
      true,
      true,
    ]);
    expect(serving.received.map(({ headers }) => headers['content-type'])).toEqual([
      'image/jpeg',
      'image/jpeg',
    ]);
  });

  const reportTrained = (text: string) => {
    serving.behave = (response, socket, path) => {
      response.setHeader('X-Model-Trained', text);
      answerCorrectly(response, socket, path);
    };
  };

  describe('asked whether weights are trained', () => {
    let configured: App;

    beforeAll(async () => {
      configured = await buildTestApp(serving.url, {
        weightsTrained: { torchserve: true, mms: false },
      });
    });

    it('repeats what the serving reports, whatever the configuration says', async () => {
      for (const text of ['true', 'false']) {
        reportTrained(text);
        expect(await trainedOf(app, 'torchserve')).toBe(text === 'true');
      }
      expect(await trainedOf(configured, 'torchserve')).toBe(false);
    });

    it('gives the configured value if the serving does not report one', async () => {
      expect(await trainedOf(configured, 'torchserve')).toBe(true);
      expect(await trainedOf(configured, 'mms')).toBe(false);
    });

    it('says nothing if that is unknown', async () => {
      expect(await trainedOf(app, 'torchserve')).toBeUndefined();
      expect(await trainedOf(configured, 'flask')).toBeUndefined();
    });
  });

  it('draws images in the order of its seed', async () => {
    const files = await drawn(serving.url, 5);

    expect(files[0]).toMatch(/\.jpg$/);
    expect(await drawn(serving.url, 5)).toEqual(files);
    expect(await drawn(serving.url, 6)).not.toEqual(files);
  });

  it.each([
    ['POST', '/infer/nope', 404, 'INFER_UNKNOWN_SERVING'],
    ['GET', '/randinfer/nope', 404, 'INFER_UNKNOWN_SERVING'],
    ['GET', '/health/ready?serving=nope', 404, 'INFER_UNKNOWN_SERVING'],
    ['GET', '/infer/torchserve', 404, 'INFER_ROUTE_UNKNOWN'],
    ['POST', '/infer/torchserve?payload=x', 400, 'INFER_PAYLOAD_UNSUPPORTED'],
    ['POST', '/infer/tfserving?encoding=x', 400, 'INFER_PAYLOAD_UNSUPPORTED'],
    ['GET', '/randinfer/triton_pytorch?payload=image', 400, 'INFER_PAYLOAD_UNSUPPORTED'],
    ['POST', '/infer/torchserve?payload=a&payload=b', 400, 'INFER_PAYLOAD_UNSUPPORTED'],
    ['GET', '/infer/%', 400, 'INFER_REQUEST_INVALID'],
  ] as const)('answers %s %s with %d %s', async (method, url, status, code) => {
    const response = await app.inject({ method, url });

    expect([response.statusCode, response.json().code]).toEqual([status, code]);
  });

  it('is live, and ready when the servings are', async () => {
    const live = await app.inject('/health/live');
    const ready = await app.inject('/health/ready');
    const one = await app.inject('/health/ready?serving=tfserving');

    expect([live.statusCode, live.json()]).toEqual([200, { live: true }]);
    expect([ready.statusCode, ready.json()]).toEqual([200, { ready: [...servingNames] }]);
    expect(one.json()).toEqual({ ready: ['tfserving'] });
  });

  it('names the servings that are not ready', async () => {
    const servingUrls = {
      ...servingUrlsTo(serving.url),
      tfserving: { rest: NOWHERE, grpc: NOWHERE },
    };
    const server = await buildTestApp(serving.url, { servingUrls });
    const all = await server.inject('/health/ready');
    const other = await server.inject('/health/ready?serving=torchserve');

    expect(all.statusCode).toBe(503);
    expect(all.json()).toEqual({
      code: 'INFER_NOT_READY',
      message: expect.stringContaining('tfserving') as string,
    });
    expect(other.statusCode).toBe(200);
  });

  it('is ready if the expected servings are', async () => {
    const server = await buildTestApp(NOWHERE, {
      servingUrls: { ...servingUrlsTo(NOWHERE), torchserve: { rest: serving.url, grpc: NOWHERE } },
      expectedServings: ['torchserve'],
    });
    const expected = await server.inject('/health/ready');
    const other = await server.inject('/health/ready?serving=tfserving');

    expect([expected.statusCode, expected.json()]).toEqual([200, { ready: ['torchserve'] }]);
    expect([other.statusCode, other.json().code]).toEqual([503, 'INFER_NOT_READY']);
  });

  it('counts requests and times phases', async () => {
    const fresh = await buildTestApp(serving.url);
    await postImage(fresh, '/infer/torchserve');
    await postImage(fresh, '/infer/torchserve', 'text');
    const response = await fresh.inject('/metrics');

    expect(response.headers['content-type']).toContain('text/plain');
    const lines = response.body.split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'middleware_requests_total{serving="torchserve",protocol="rest",payload="image",status="200"} 1',
        'middleware_requests_total{serving="torchserve",protocol="rest",payload="image",status="415"} 1',
        'middleware_failures_total{serving="torchserve",protocol="rest",payload="image",code="INFER_IMAGE_TYPE_UNSUPPORTED"} 1',
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

  it('describes itself without network access', async () => {
    const page = await app.inject('/docs');
    const description = (await app.inject('/docs/json')).json();

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
    const statuses = [200, 400, 404, 413, 415, 422, 500, 502, 503, 504];
    expect(Object.keys(post.responses).map(Number)).toEqual(statuses);
  });
});
