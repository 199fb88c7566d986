import type { IncomingHttpHeaders } from 'node:http';

import type { App } from '../../../middleware/app.ts';
import {
  HEADER_LENGTH,
  readTensors,
  writeTensors,
  type NamedTensor,
} from '../../../serving-configs/models/tensors/tensor-body.ts';
import type { ImageInput } from '../../../serving-configs/models/input/image-input.ts';
import { imageTensor } from '../../../serving-configs/models/tensors/image-tensor.ts';
import type { GivenModel } from '../../../serving-configs/models/model.ts';
import { answerWith, useFakeGrpcServing } from '../../support/fake-grpc-serving.ts';
import { listenHttp } from '../../support/http-server.ts';
import { buildTestApp, cat, NOWHERE, servingUrlsTo } from '../../support/middleware.ts';
import { officialInferResponse } from '../../support/official-messages/open-inference.ts';
import { ids, inputs, label, outputs, scores, userModel } from '../../support/middleware-model.ts';
import { plain } from '../../support/user-model.ts';

const OCTETS = 'application/octet-stream';
const JSON_TYPE = 'application/json';

const asBytes = (tensors: readonly NamedTensor[]) =>
  Buffer.concat(writeTensors(tensors, 'inputs', 'binary').body);
const asJson = (tensors: readonly NamedTensor[]) =>
  Buffer.concat(writeTensors(tensors, 'inputs', 'json').body);
const inBytes = asBytes(inputs);
const withReversedShape = (tensor: NamedTensor): NamedTensor => ({
  ...tensor,
  shape: [...tensor.shape].toReversed(),
});
const asFloats = (tensor: NamedTensor): NamedTensor =>
  tensor === ids ? { ...ids, datatype: 'FP32', shape: [2, 3] } : tensor;

const PAYLOAD = '400 INFER_PAYLOAD_UNSUPPORTED';
const UNREADABLE = '400 INFER_TENSORS_UNREADABLE';
const UNFIT = '422 INFER_TENSORS_UNFIT';
const TOO_LARGE = '413 INFER_TENSORS_TOO_LARGE';

/** Status and code of an answer. */
const refusalOf = (response: { statusCode: number; json: () => { code: string } }): string =>
  `${response.statusCode} ${response.json().code}`;

/** A model with an output of type FP16. */
const halfModel = {
  ...userModel,
  outputs: [...userModel.outputs, { name: 'half', datatype: 'FP16', shape: [1] }],
} as const;
const half = {
  name: 'half',
  datatype: 'FP16',
  shape: [1],
  bytes: new Uint8Array([0, 60]),
} as const satisfies NamedTensor;

const imageInput = {
  input: 'pixels',
  datatype: 'UINT8',
  resize: 'stretch',
  width: 4,
  height: 2,
  layout: 'NHWC',
  colours: 'rgb',
  scale: 1,
  mean: [0, 0, 0],
  deviation: [1, 1, 1],
} as const satisfies ImageInput;
const imageModel: GivenModel = {
  ...userModel,
  inputs: [{ name: 'pixels', datatype: 'UINT8', shape: [1, 2, 4, 3] }],
  image: imageInput,
};

describe('The middleware in front of a user’s model', () => {
  const received: { url: string; headers: IncomingHttpHeaders; body: Buffer }[] = [];
  const grpcServing = useFakeGrpcServing(
    answerWith(
      officialInferResponse.write({
        outputs: outputs.map(({ name, datatype, shape }) => ({ name, datatype, shape })),
        raw_output_contents: outputs.map(({ bytes }) => bytes),
      }),
    ),
  );
  let answers: readonly NamedTensor[];
  let app: App;
  let halfApp: App;
  let imageApp: App;
  let bareApp: App;
  let build: (model: GivenModel) => Promise<App>;

  beforeAll(async () => {
    const serving = await listenHttp(({ url = '', headers }, response, body) => {
      received.push({ url, headers, body });
      const { encoding } = readTensors(body, 'inputs');
      const { body: parts } = writeTensors(answers, 'outputs', encoding);
      response.setHeader('content-type', encoding === 'json' ? JSON_TYPE : OCTETS);
      response.end(Buffer.concat(parts));
    });
    const servingUrls = servingUrlsTo(serving.url, grpcServing.url);
    build = (model) => buildTestApp(NOWHERE, { servingUrls, model });
    [app, halfApp, imageApp, bareApp] = await Promise.all([
      build(userModel),
      build(halfModel),
      build(imageModel),
      buildTestApp(NOWHERE, { servingUrls }),
    ]);
  });
  beforeEach(() => {
    answers = outputs;
    received.length = 0;
  });

  const post = async (url: string, type: string, payload: Buffer, target: App = app) =>
    target.inject({ method: 'POST', url, headers: { 'content-type': type }, payload });

  const requests = () => [
    ...received,
    ...grpcServing.received.map(({ path, message, headers }) => ({
      url: path,
      body: message,
      headers,
    })),
  ];

  it('turns an image into the input of a model that takes images, and answers in JSON', async () => {
    const url = '/infer/flask?payload=tensors&encoding=binary';
    const response = await post(url, 'image/jpeg', cat, imageApp);
    const [sent] = readTensors(received[0]?.body ?? Buffer.alloc(0), 'inputs').tensors;

    expect(response.statusCode).toBe(200);
    expect(sent).toMatchObject({ name: 'pixels', datatype: 'UINT8', shape: [1, 2, 4, 3] });
    expect(sent && plain([sent])).toEqual(plain([await imageTensor(cat, imageInput)]));
    expect(plain(readTensors(response.rawPayload, 'outputs').tensors)).toEqual(plain(outputs));
    expect(response.headers['content-type']).toContain(JSON_TYPE);
  });

  it('writes the input of an image as 32-bit floats in every encoding', async () => {
    const floats = { ...imageInput, datatype: 'FP32', mean: [1, 2, 3] } as const;
    const correct = plain([await imageTensor(cat, floats)]);
    const floatApp = await build({
      ...imageModel,
      inputs: [{ name: 'pixels', datatype: 'FP32', shape: [1, 2, 4, 3] }],
      image: floats,
    });
    for (const encoding of ['binary', 'json']) {
      received.length = 0;
      const url = `/infer/flask?payload=tensors&encoding=${encoding}`;
      const response = await post(url, 'image/jpeg', cat, floatApp);
      const { tensors } = readTensors(received[0]?.body ?? Buffer.alloc(0), 'inputs');

      expect(response.statusCode).toBe(200);
      expect(plain(tensors)).toEqual(correct);
    }
  });

  it.each([
    ['text', Buffer.from('no image'), 415],
    ['empty', Buffer.alloc(0), 400],
  ])('refuses an image that is %s', async (_, body, status) => {
    const url = '/infer/flask?payload=tensors&encoding=binary';

    expect((await post(url, 'image/jpeg', body, imageApp)).statusCode).toBe(status);
    expect(received).toEqual([]);
  });

  it.each([
    ['triton_onnx', 'rest', 'binary', '', '/v2/models/my-model/infer'],
    ['triton_onnx', 'rest', 'json', '', '/v2/models/my-model/infer'],
    ['mlserver', 'rest', 'json', '', '/v2/models/my-model/infer'],
    ['flask', 'rest', 'binary', '', '/predict'],
    ['flask', 'rest', 'json', '', '/predict'],
    ['triton_onnx', 'grpc', 'raw', '/grpc', undefined],
  ])(
    'answers bytes with bytes, from %s over %s as %s',
    async (id, protocol, encoding, prefix, path) => {
      const url = `${prefix}/infer/${id}?payload=tensors&encoding=${encoding}`;
      const response = await post(url, OCTETS, inBytes);
      const length = Number(response.headers[HEADER_LENGTH]);
      const { head, tensors } = readTensors(response.rawPayload, 'outputs', length);

      expect([response.statusCode, response.headers['content-type']]).toEqual([200, OCTETS]);
      expect(plain(tensors)).toEqual(plain(outputs));
      expect(head).toMatchObject({
        serving: id,
        protocol,
        payload: 'tensors',
        encoding,
        timingsMs: { decode: expect.any(Number) as number, total: expect.any(Number) as number },
      });
      expect(response.headers['server-timing']).toContain('upstream;dur=');
      expect(received[0]?.url).toBe(path);
    },
  );

  it('answers JSON with JSON, whatever encoding the serving gets', async () => {
    for (const [encoding, type] of [
      ['binary', OCTETS],
      ['json', JSON_TYPE],
    ] as const) {
      const url = `/infer/triton_onnx?payload=tensors&encoding=${encoding}`;
      const response = await post(url, JSON_TYPE, asJson(inputs));

      expect(response.headers['content-type']).toBe(JSON_TYPE);
      expect(response.headers[HEADER_LENGTH]).toBeUndefined();
      expect(response.json()).toMatchObject({
        serving: 'triton_onnx',
        encoding,
        outputs: [
          { name: 'scores', datatype: 'FP32', shape: [1, 2], data: [0.25, -3.5] },
          { name: 'label', datatype: 'INT64', shape: [1], data: [1] },
        ],
      });
      expect(received.at(-1)?.headers['content-type']).toBe(type);
      const sent = readTensors(received.at(-1)?.body ?? cat, 'inputs');
      expect(plain(sent.tensors)).toEqual(plain(inputs));
    }
  });

  it('takes the length of the JSON from the header, and uses the first encoding of the serving by default', async () => {
    const { body, jsonLength } = writeTensors(inputs, 'inputs', 'binary');
    const response = await app.inject({
      method: 'POST',
      url: '/infer/triton_onnx?payload=tensors',
      headers: { 'content-type': OCTETS, [HEADER_LENGTH]: String(jsonLength) },
      payload: Buffer.concat(body),
    });

    expect(readTensors(response.rawPayload, 'outputs').head).toMatchObject({ encoding: 'binary' });
  });

  it('takes tensors by default', async () => {
    const response = await post('/infer/flask', JSON_TYPE, asJson(inputs));

    expect(response.statusCode).toBe(200);
    expect(plain(readTensors(response.rawPayload, 'outputs').tensors)).toEqual(plain(outputs));
  });

  it.each([
    ['/encode', 'triton_onnx', 'binary'],
    ['/encode', 'flask', 'json'],
    ['/grpc/encode', 'triton_onnx', 'raw'],
  ])(
    'answers at %s the request that %s gets as %s, and sends nothing',
    async (route, id, encoding) => {
      const query = `${id}?payload=tensors&encoding=${encoding}`;
      const encoded = await post(`${route}/${query}`, OCTETS, inBytes);
      const sentByEncode = requests().length;
      await post(`${route.replace('encode', 'infer')}/${query}`, OCTETS, inBytes);
      const { path, headers } = JSON.parse(String(encoded.headers['serving-request']));

      expect([encoded.statusCode, sentByEncode]).toEqual([200, 0]);
      expect(requests()[0]).toMatchObject({ url: path, headers });
      expect(requests()[0]?.body.equals(encoded.rawPayload)).toBe(true);
    },
  );

  it.each<[string, string, Buffer, string]>([
    ['a serving without such models', 'infer/triton_tensorrt', inBytes, PAYLOAD],
    ['an unknown encoding', 'infer/triton_onnx?encoding=base64', inBytes, PAYLOAD],
    ['an encoding that the serving lacks', 'infer/mlserver?encoding=binary', inBytes, PAYLOAD],
    ['no body', 'infer/triton_onnx', Buffer.alloc(0), UNREADABLE],
    ['text', 'infer/triton_onnx', Buffer.from('a cat'), UNREADABLE],
    ['bytes that are cut off', 'infer/triton_onnx', inBytes.subarray(0, -1), UNREADABLE],
    ['a missing input', 'infer/triton_onnx', asBytes([ids]), UNFIT],
    ['an unknown input', 'encode/flask', asBytes([...inputs, { ...ids, name: 'x' }]), UNFIT],
    ['another type', 'infer/triton_onnx', asBytes(inputs.map(asFloats)), UNFIT],
    ['another shape', 'infer/triton_onnx', asBytes(inputs.map(withReversedShape)), UNFIT],
    ['a body above the limit', 'infer/triton_onnx', Buffer.alloc(21 * 2 ** 20), TOO_LARGE],
  ])('refuses %s', async (_, url, body, refusal) => {
    const query = url.includes('?') ? '&payload=tensors' : '?payload=tensors';
    const response = await post(`/${url}${query}`, OCTETS, body);

    expect(refusalOf(response)).toBe(refusal);
    expect(received).toHaveLength(0);
  });

  it('refuses a header with a length beyond the body', async () => {
    for (const length of ['9999', '-1', 'x']) {
      const response = await app.inject({
        method: 'POST',
        url: '/infer/triton_onnx?payload=tensors',
        headers: { 'content-type': OCTETS, [HEADER_LENGTH]: length },
        payload: inBytes,
      });

      expect(refusalOf(response)).toBe(UNREADABLE);
    }
  });

  it('refuses tensors instead of an image and an image instead of tensors, and draws no tensors', async () => {
    const image = await post('/infer/flask?payload=image', JSON_TYPE, asJson(inputs), bareApp);
    const tensors = await post('/infer/triton_onnx?payload=tensors', 'image/jpeg', cat);
    const drawn = await app.inject('/randinfer/flask?payload=tensors');

    expect([image, tensors, drawn].map(refusalOf)).toEqual([
      '415 INFER_MEDIA_TYPE_UNSUPPORTED',
      '415 INFER_MEDIA_TYPE_UNSUPPORTED',
      '400 INFER_REQUEST_INVALID',
    ]);
  });

  it('refuses the images of ResNet-50, which its servings do not serve', async () => {
    expect(refusalOf(await post('/infer/flask?payload=image', 'image/jpeg', cat))).toBe(PAYLOAD);
  });

  it('refuses tensors if it has no model', async () => {
    const url = '/infer/triton_onnx?payload=tensors';

    expect(refusalOf(await post(url, OCTETS, inBytes, bareApp))).toBe(
      '400 INFER_TENSOR_MODEL_MISSING',
    );
  });

  it('carries FP16 as bytes, and refuses it as JSON to a serving and to a client', async () => {
    answers = [...outputs, half];
    const correct = await post('/infer/flask?payload=tensors', OCTETS, inBytes, halfApp);
    const refused = await Promise.all([
      post('/infer/flask?payload=tensors&encoding=json', OCTETS, inBytes, halfApp),
      post('/infer/flask?payload=tensors', JSON_TYPE, asJson(inputs), halfApp),
    ]);

    expect(plain(readTensors(correct.rawPayload, 'outputs').tensors)).toEqual(plain(answers));
    expect(refused.map(refusalOf)).toEqual(Array(2).fill('400 INFER_TENSOR_TYPE_UNSUPPORTED'));
  });

  it('carries NaN as bytes, and refuses to write it as JSON', async () => {
    const nan = new Uint8Array(new Float32Array([Number.NaN, 1]).buffer);
    answers = [{ ...scores, bytes: nan }, label];
    const withNan = inputs.map((tensor) =>
      tensor.name === 'scale' ? { ...tensor, bytes: nan.subarray(0, 4) } : tensor,
    );
    const bytes = await post('/infer/flask?payload=tensors', OCTETS, asBytes(withNan));
    const toClient = await post('/infer/flask?payload=tensors', JSON_TYPE, asJson(inputs));
    const url = '/infer/flask?payload=tensors&encoding=json';
    const toServing = await post(url, OCTETS, asBytes(withNan));

    expect(plain(readTensors(bytes.rawPayload, 'outputs').tensors)).toEqual(plain(answers));
    expect(refusalOf(toClient)).toBe('502 INFER_UPSTREAM_MALFORMED');
    expect(refusalOf(toServing)).toBe(UNREADABLE);
  });

  it('names a serving whose outputs are not those of the model', async () => {
    answers = [scores];
    const response = await post('/infer/flask?payload=tensors', OCTETS, inBytes);

    expect(response.statusCode).toBe(502);
    expect(response.json()).toMatchObject({ code: 'INFER_UPSTREAM_MALFORMED', serving: 'flask' });
  });

  it('counts and times requests with tensors by their payload', async () => {
    await post('/infer/ovms?payload=tensors', OCTETS, inBytes);
    await post('/infer/ovms?payload=tensors', OCTETS, asBytes([ids]));
    const { body } = await app.inject('/metrics');

    expect(body.split('\n')).toEqual(
      expect.arrayContaining([
        'middleware_requests_total{serving="ovms",protocol="rest",payload="tensors",status="200"} 1',
        'middleware_requests_total{serving="ovms",protocol="rest",payload="tensors",status="422"} 1',
        'middleware_failures_total{serving="ovms",protocol="rest",payload="tensors",code="INFER_TENSORS_UNFIT"} 1',
        'middleware_phase_seconds_count{serving="ovms",protocol="rest",payload="tensors",phase="decode"} 1',
      ]),
    );
  });
});
