import type { App } from '../../middleware/app.ts';
import { answerWith, endWith, useFakeGrpcServing } from '../support/fake-grpc-serving.ts';
import { buildTestApp, cat, NOWHERE, postImage, servingUrlsTo } from '../support/middleware.ts';
import {
  officialPredictionResponse,
  officialPredictionsRequest,
} from '../support/official-messages/torchserve.ts';

const predictionOf = (text: string): Buffer =>
  officialPredictionResponse.write({ prediction: Buffer.from(text) });

const answerCorrectly = answerWith(
  predictionOf('{"tabby": 0.6, "tiger cat": 0.2, "Egyptian cat": 0.1}'),
  { 'x-model-trained': 'false' },
);

describe('The middleware over gRPC', () => {
  const serving = useFakeGrpcServing(answerCorrectly);
  let app: App;

  beforeAll(async () => {
    const servingUrls = servingUrlsTo(NOWHERE, serving.url);
    app = await buildTestApp(NOWHERE, { servingUrls });
  });

  it('answers with classes, protocol, encoding and the duration of each phase', async () => {
    const response = await postImage(app, '/grpc/infer/torchserve');

    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({
      serving: 'torchserve',
      protocol: 'grpc',
      payload: 'image',
      encoding: 'raw',
      trained: false,
      top: [
        { class: 281, label: 'tabby', score: 0.6 },
        { class: 282, score: 0.2 },
        { class: 285, score: 0.1 },
      ],
      timingsMs: { upstream: expect.any(Number) as number },
    });
    expect(response.headers['server-timing']).toContain('upstream;dur=');
    const { input } = officialPredictionsRequest.read(serving.received[0]?.message ?? cat);
    expect(Buffer.from(input?.['data'] ?? []).equals(cat)).toBe(true);
  });

  it('reaches the same serving at a different address per protocol', async () => {
    expect((await postImage(app, '/infer/torchserve')).json()).toMatchObject({
      code: 'INFER_UPSTREAM_UNAVAILABLE',
    });
    expect(serving.received).toHaveLength(0);
    expect((await postImage(app, '/grpc/infer/torchserve')).statusCode).toBe(200);
  });

  it('draws an image', async () => {
    const response = await app.inject('/grpc/randinfer/torchserve?payload=tensor');

    expect(response.json()).toMatchObject({
      protocol: 'grpc',
      payload: 'tensor',
      image: expect.stringMatching(/\.jpg$/) as string,
    });
    const { input } = officialPredictionsRequest.read(serving.received[0]?.message ?? cat);
    expect(input?.['data']).toHaveLength(602_112);
  });

  it('distinguishes the failures of a platform that gives all of them the same status', async () => {
    serving.behave = endWith(13, 'Model "resnet-50" has no worker to serve inference request.');
    const busy = await postImage(app, '/grpc/infer/torchserve');
    serving.behave = endWith(
      13,
      'Model not found: x%0Aorg.pytorch.serve.archive.model.ModelNotFoundException',
    );
    const refused = await postImage(app, '/grpc/infer/torchserve');

    expect([busy.statusCode, busy.json().code]).toEqual([503, 'INFER_UPSTREAM_OVERLOADED']);
    expect(refused.json().code).toBe('INFER_UPSTREAM_REJECTED');
    expect(refused.headers['infer-upstream-status']).toBe('13');
  });

  it.each([
    ['POST', '/grpc/infer/nope', 404, 'INFER_UNKNOWN_SERVING'],
    ['GET', '/grpc/infer/torchserve', 404, 'INFER_ROUTE_UNKNOWN'],
    ['POST', '/grpc/infer/flask', 400, 'INFER_PROTOCOL_UNSUPPORTED'],
    ['GET', '/grpc/randinfer/flask', 400, 'INFER_PROTOCOL_UNSUPPORTED'],
    ['POST', '/grpc/encode/flask', 400, 'INFER_PROTOCOL_UNSUPPORTED'],
    ['POST', '/grpc/infer/triton_pytorch?payload=image', 400, 'INFER_PAYLOAD_UNSUPPORTED'],
    ['POST', '/grpc/infer/triton_pytorch?encoding=json', 400, 'INFER_PAYLOAD_UNSUPPORTED'],
  ] as const)('answers %s %s with %i %s', async (method, url, status, code) => {
    const headers = { 'content-type': 'image/jpeg' };
    const response = await app.inject({ method, url, headers });

    expect([response.statusCode, response.json().code]).toEqual([status, code]);
    expect(serving.received).toHaveLength(0);
  });
});
