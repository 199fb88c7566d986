import { manifestOf } from '../../../../serving-configs/index.ts';
import createWire from '../../../../serving-configs/platforms/ovms/wire.ts';
import {
  BYTES,
  requestJson,
  requestNumbers,
  SHAPE,
  VALUES,
} from '../../protocols/open-inference-support.ts';
import { answerOf, inferenceOf, parsed, readRefused } from '../../protocols/wire-support.ts';

const wire = createWire(manifestOf('ovms'));
const PATH = '/v2/models/resnet-50/infer';
const route = (method: string, path: string, ready = true, headers = {}) =>
  wire.route({ method, path, headers }, ready);
const infer = (length?: number) =>
  inferenceOf(
    route(
      'POST',
      PATH,
      true,
      length === undefined ? {} : { 'inference-header-content-length': String(length) },
    ),
  );
const whole = { kind: 'tensor', values: VALUES, shape: SHAPE };

describe('the wire of OpenVINO Model Server', () => {
  it('reads JSON followed by bytes, whose size it may work out from the shape', () => {
    for (const json of [requestJson(), requestJson({ parameters: {} })]) {
      expect(infer(json.length).read(Buffer.concat([json, BYTES]))).toEqual(whole);
    }
  });

  it('reads numbers', () => {
    expect(infer().read(requestNumbers())).toEqual(whole);
  });

  it('answers in JSON on many lines', () => {
    const call = infer();
    const { headers, body } = call.render(
      call.form(requestNumbers({}, { id: 'r1' })),
      Float32Array.of(0.5, 2),
    );

    expect(headers['content-type']).toBe('application/json');
    expect(Buffer.from(body).toString()).toMatch(/^\{\n {4}"model_name": "resnet-50",\n/);
    expect(parsed(body)).toEqual({
      model_name: 'resnet-50',
      id: 'r1',
      model_version: '1',
      outputs: [{ name: 'output', shape: [1, 2], datatype: 'FP32', data: [0.5, 2] }],
    });
  });

  it('answers in bytes where they are asked for', () => {
    const outputs = [{ name: 'output', parameters: { binary_data: true } }];
    const json = requestJson({}, { outputs });
    const call = infer(json.length);
    const logits = Float32Array.of(1, 2, 3);
    const { headers, body } = call.render(call.form(json), logits);
    const length = Number(headers['inference-header-content-length']);

    expect(parsed(Buffer.from(body).subarray(0, length))).toMatchObject({
      outputs: [{ name: 'output', parameters: { binary_data_size: 12 } }],
    });
    expect(Buffer.from(body).subarray(length)).toEqual(Buffer.from(logits.buffer));
  });

  it.each([
    ['another input', 400, requestNumbers({ name: 'x' })],
    ['another type', 400, requestNumbers({ datatype: 'INT32' })],
    ['another shape', 400, requestNumbers({ shape: [1, 3, 112, 448] })],
    ['too few numbers', 400, requestNumbers({ data: [1, 2] })],
    ['no JSON', 412, Buffer.from('{"inputs":')],
  ])('refuses %s with %i', (_, status, body) => {
    expect(readRefused(infer(), body).status).toBe(status);
  });

  it('refuses too few bytes, and none', () => {
    const json = requestJson();

    expect(readRefused(infer(json.length), Buffer.concat([json, BYTES.subarray(4)])).status).toBe(
      400,
    );
    expect(readRefused(infer(json.length), Buffer.alloc(0)).status).toBe(400);
  });

  it.each([
    ['POST', '/v2/models/nope/infer', true, 404, 'model nope not found'],
    ['POST', '/v2/models/resnet-50/versions/9/infer', true, 404, 'model resnet-50 not found'],
    ['POST', PATH, false, 503, 'model resnet-50 is not ready'],
    ['GET', PATH, true, 406, 'Unsupported method'],
    ['PUT', PATH, true, 406, 'Unsupported method'],
    ['GET', '/elsewhere', true, 400, 'Invalid request URL'],
    ['GET', '/v2/health/ready', false, 500, 'model resnet-50 is not ready'],
  ])('refuses %s %s, ready %s, with %i', (method, path, ready, code, error) => {
    const { status, body } = answerOf(route(method, path, ready));

    expect([status, parsed(body)]).toEqual([code, { error }]);
  });

  it.each(['/v2/health/live', '/v2/health/ready', '/v2/models/resnet-50/ready'])(
    'answers GET %s with 200 and nothing else',
    (path) => {
      const { status, body } = answerOf(route('GET', path));

      expect([status, body]).toEqual([200, '']);
    },
  );

  it('describes itself and the model', () => {
    expect(parsed(answerOf(route('GET', '/v2')).body)).toMatchObject({ version: '2026.4.1' });
    expect(parsed(answerOf(route('GET', '/v2/models/resnet-50')).body)).toMatchObject({
      inputs: [{ name: 'input', datatype: 'FP32', shape: SHAPE }],
    });
  });

  it.each([
    [{ kind: 'overloaded' } as const, 503],
    [{ kind: 'failed', message: 'x' } as const, 500],
    [{ kind: 'bad-image', message: 'x' } as const, 400],
  ])('answers a failure %j with %i', (failure, status) => {
    expect(infer().fail(failure).status).toBe(status);
  });
});
