import { manifestOf } from '../../../../serving-configs/index.ts';
import createWire from '../../../../serving-configs/platforms/mlserver/wire.ts';
import { requestNumbers, SHAPE, VALUES } from '../../protocols/open-inference-support.ts';
import { answerOf, inferenceOf, parsed, readRefused } from '../../protocols/wire-support.ts';

const wire = createWire(manifestOf('mlserver'));
const PATH = '/v2/models/resnet-50/infer';
const route = (method: string, path: string, ready = true, headers = {}) =>
  wire.route({ method, path, headers }, ready);
const infer = inferenceOf(route('POST', PATH));
const whole = { kind: 'tensor', values: VALUES, shape: SHAPE };

describe('the wire of MLServer', () => {
  it('reads numbers', () => {
    expect(infer.read(requestNumbers())).toEqual(whole);
  });

  it('answers in JSON and with the headers of an event, as recorded from release 1.7.1', () => {
    const { headers, body } = infer.render(
      infer.form(requestNumbers({}, { id: 'r1' })),
      Float32Array.of(0.5, 2),
    );

    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'ce-id': 'r1',
      'ce-requestid': 'r1',
      'ce-specversion': '0.3',
      'ce-modelid': 'resnet-50',
    });
    expect(parsed(body)).toEqual({
      model_name: 'resnet-50',
      model_version: '1',
      id: 'r1',
      parameters: {},
      outputs: [
        {
          name: 'output',
          shape: [1, 2],
          datatype: 'FP32',
          parameters: { content_type: 'np' },
          data: [0.5, 2],
        },
      ],
    });
  });

  it('answers in JSON also where bytes are asked for', () => {
    const outputs = [{ name: 'output', parameters: { binary_data: true } }];
    const { body } = infer.render(infer.form(requestNumbers({}, { outputs })), Float32Array.of(3));

    expect(parsed(body)).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      outputs: [{ data: [3] }],
    });
  });

  it.each([
    ['another input', 400, requestNumbers({ name: 'x' })],
    ['another type', 400, requestNumbers({ datatype: 'INT32' })],
    ['another shape', 400, requestNumbers({ shape: [1, 3, 112, 448] })],
    ['nothing', 422, Buffer.from('')],
    ['no JSON', 422, Buffer.from('{"inputs":')],
    ['too few numbers', 500, requestNumbers({ data: [1, 2] })],
  ])('refuses %s with %i', (_, status, body) => {
    expect(readRefused(infer, body).status).toBe(status);
  });

  it.each([
    ['POST', '/v2/models/nope/infer', true, 404, { error: 'model nope not found' }],
    [
      'POST',
      '/v2/models/resnet-50/versions/9/infer',
      true,
      404,
      { error: 'model resnet-50 not found' },
    ],
    ['POST', PATH, false, 400, { error: 'model resnet-50 is not ready' }],
    ['GET', '/elsewhere', true, 404, { detail: 'Not Found' }],
    ['GET', PATH, true, 405, { detail: 'Method Not Allowed' }],
  ])('refuses %s %s, ready %s, with %i', (method, path, ready, code, words) => {
    const { status, body } = answerOf(route(method, path, ready));

    expect([status, parsed(body)]).toEqual([code, words]);
  });

  it.each([
    ['/v2/health/live', false, 200],
    ['/v2/health/ready', false, 400],
    ['/v2/health/ready', true, 200],
    ['/v2/models/resnet-50/ready', true, 200],
    ['/v2/models/resnet-50/versions/1/ready', false, 400],
  ])('answers GET %s, ready %s, with %i and nothing else', (path, ready, code) => {
    const { status, body } = answerOf(route('GET', path, ready));

    expect([status, body]).toEqual([code, '']);
  });

  it('describes itself and the model', () => {
    expect(parsed(answerOf(route('GET', '/v2')).body)).toMatchObject({
      name: 'mlserver',
      version: '1.7.1',
    });
    expect(parsed(answerOf(route('GET', '/v2/models/resnet-50')).body)).toMatchObject({
      inputs: [{ name: 'input', datatype: 'FP32', shape: [1, 3, 224, 224] }],
    });
  });

  it.each([
    [{ kind: 'overloaded' } as const, 503],
    [{ kind: 'failed', message: 'x' } as const, 500],
    [{ kind: 'bad-image', message: 'x' } as const, 400],
  ])('answers a failure %j with %i', (failure, status) => {
    expect(infer.fail(failure).status).toBe(status);
  });
});
