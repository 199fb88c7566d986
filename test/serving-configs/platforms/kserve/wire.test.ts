import { manifestOf } from '../../../../serving-configs/index.ts';
import createWire from '../../../../serving-configs/platforms/kserve/wire.ts';
import {
  BYTES,
  requestJson,
  requestNumbers,
  SHAPE,
  VALUES,
} from '../../protocols/open-inference-support.ts';
import { answerOf, inferenceOf, parsed, readRefused } from '../../protocols/wire-support.ts';

const wire = createWire(manifestOf('kserve'));
const PATH = '/v2/models/resnet-50/infer';
const route = (method: string, path: string, ready = true, headers = {}) =>
  wire.route({ method, path, headers }, ready);
const inJson = () => inferenceOf(route('POST', PATH, true, { 'content-type': 'application/json' }));
const inBytes = (length: number) =>
  inferenceOf(
    route('POST', PATH, true, {
      'content-type': 'application/octet-stream',
      'inference-header-content-length': String(length),
    }),
  );
const whole = { kind: 'tensor', values: VALUES, shape: SHAPE };
const withOutputs = (parameters: object) => ({ outputs: [{ name: 'output', parameters }] });

describe('the wire of KServe', () => {
  it('reads JSON followed by bytes', () => {
    const json = requestJson();

    expect(inBytes(json.length).read(Buffer.concat([json, BYTES]))).toEqual(whole);
  });

  it('reads numbers, flat or nested in whichever way', () => {
    const halves = [VALUES.subarray(0, VALUES.length / 2), VALUES.subarray(VALUES.length / 2)];

    expect(inJson().read(requestNumbers())).toEqual(whole);
    expect(inJson().read(requestNumbers({ data: halves.map((half) => Array.from(half)) }))).toEqual(
      whole,
    );
  });

  it('answers in JSON with nulls, as recorded from release 0.21.0', () => {
    const call = inJson();
    const { headers, body } = call.render(
      call.form(requestNumbers({}, { id: 'r1' })),
      Float32Array.of(0.5, 2),
    );

    expect(headers['content-type']).toBe('application/json');
    expect(Buffer.from(body).toString()).toBe(
      '{"model_name":"resnet-50","model_version":null,"id":"r1","parameters":null,"outputs":[{"name":"output","shape":[1,2],"datatype":"FP32","parameters":null,"data":[0.5,2]}]}',
    );
  });

  it('answers in bytes without a content type where they are asked for', () => {
    const json = requestJson({}, { id: 'r1', ...withOutputs({ binary_data: true }) });
    const call = inBytes(json.length);
    const logits = Float32Array.of(1, 2, 3);
    const { headers, body } = call.render(call.form(Buffer.concat([json, BYTES])), logits);
    const length = Number(headers['inference-header-content-length']);

    expect(headers['content-type']).toBeUndefined();
    expect(parsed(Buffer.from(body).subarray(0, length))).toEqual({
      id: 'r1',
      model_name: 'resnet-50',
      model_version: null,
      outputs: [
        { name: 'output', shape: [1, 3], datatype: 'FP32', parameters: { binary_data_size: 12 } },
      ],
    });
    expect(Buffer.from(body).subarray(length)).toEqual(Buffer.from(logits.buffer));
  });

  it('answers in JSON where bytes are not asked for, and gives an answer an id', () => {
    const json = requestJson({}, withOutputs({}));
    const call = inBytes(json.length);
    const { body } = call.render(call.form(json), Float32Array.of(1));

    expect(parsed(body)).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      outputs: [{ data: [1] }],
    });
  });

  it.each([
    ['another input', 400, requestNumbers({ name: 'x' })],
    ['another type', 400, requestNumbers({ datatype: 'INT32' })],
    ['another shape', 400, requestNumbers({ shape: [1, 3, 112, 448] })],
    ['no JSON', 422, Buffer.from('{"inputs":')],
    ['nothing', 422, new Uint8Array()],
    ['too few numbers', 500, requestNumbers({ data: [1, 2] })],
  ])('refuses %s with %i', (_, status, body) => {
    expect(readRefused(inJson(), body).status).toBe(status);
  });

  it('refuses too few bytes', () => {
    const json = requestJson();
    const body = Buffer.concat([json, BYTES.subarray(4)]);

    expect(readRefused(inBytes(json.length), body).status).toBe(500);
  });

  it.each([
    ['POST', '/v2/models/nope/infer', true, 404, { error: 'model nope not found' }],
    ['GET', '/v2/models/nope/ready', true, 404, { error: 'model nope not found' }],
    [
      'POST',
      '/v2/models/resnet-50/versions/1/infer',
      true,
      501,
      { error: 'Model versioning not supported yet.' },
    ],
    ['POST', PATH, false, 503, { error: 'model resnet-50 is not ready' }],
    ['GET', '/elsewhere', true, 404, { detail: 'Not Found' }],
    ['GET', PATH, true, 405, { detail: 'Method Not Allowed' }],
  ])('refuses %s %s, ready %s, with %i', (method, path, ready, code, words) => {
    const { status, headers, body } = answerOf(route(method, path, ready));

    expect([status, parsed(body)]).toEqual([code, words]);
    expect(headers['server']).toBe('uvicorn');
  });

  it.each([
    ['/', false, 200, { status: 'alive' }],
    ['/v2/health/live', false, 200, { live: true }],
    ['/v2/health/ready', true, 200, { ready: true }],
    ['/v2/health/ready', false, 503, { error: 'Server is not ready.' }],
    ['/v2/models/resnet-50/ready', true, 200, { name: 'resnet-50', ready: true }],
    [
      '/v2',
      true,
      200,
      { name: 'kserve', version: '0.21.0', extensions: ['model_repository_extension'] },
    ],
  ])('answers GET %s, ready %s, with %i', (path, ready, code, words) => {
    const { status, body } = answerOf(route('GET', path, ready));

    expect([status, parsed(body)]).toEqual([code, words]);
  });

  it.each([
    [{ kind: 'overloaded' } as const, 503],
    [{ kind: 'failed', message: 'x' } as const, 500],
    [{ kind: 'bad-image', message: 'x' } as const, 400],
  ])('answers a failure %j with %i', (failure, status) => {
    expect(inJson().fail(failure).status).toBe(status);
  });
});
