import { manifestOf } from '../../../../serving-configs/index.ts';
import createWire, { printFloat } from '../../../../serving-configs/platforms/tfserving/wire.ts';
import { answerOf, inferenceOf, parsed, readRefused } from '../../protocols/wire-support.ts';

const wire = createWire(manifestOf('tfserving'));
const route = (method: string, path: string, ready = true) =>
  wire.route({ method, path, headers: {} }, ready);
const predict = inferenceOf(route('POST', '/v1/models/resnet-50:predict'));
const bodyOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const image = [
  [
    [1, 2, 3],
    [4, 5, 6],
  ],
];
const tensor = {
  kind: 'tensor',
  shape: [1, 1, 2, 3],
  values: Float32Array.of(1, 2, 3, 4, 5, 6),
};

describe('the wire of TensorFlow Serving', () => {
  it.each([
    ['rows', { instances: [image] }],
    ['rows with a signature', { signature_name: 'serving_default', instances: [image] }],
    ['named rows', { instances: [{ image: image }] }],
    ['a column', { inputs: [image] }],
    ['a named column', { inputs: { image: [image] } }],
  ])('reads a tensor of any size from %s', (_, body) => {
    expect(predict.read(bodyOf(body))).toEqual(tensor);
  });

  it('reads the bytes of floats', () => {
    const values = Float32Array.from({ length: 224 * 224 * 3 }, (_, index) => index / 3);
    const raw = { b64: base64(new Uint8Array(values.buffer)) };
    const input = predict.read(bodyOf({ signature_name: 'serving_raw', inputs: { raw } }));

    expect(input).toEqual({ kind: 'tensor', shape: [1, 224, 224, 3], values });
  });

  it('reads an image', () => {
    const jpeg = { b64: base64(Buffer.from('an image')) };
    const input = predict.read(bodyOf({ signature_name: 'serving_jpeg', inputs: { jpeg } }));

    expect(input).toEqual({ kind: 'image', bytes: Buffer.from('an image') });
  });

  it.each([
    ['no JSON', '{"instances":[[['],
    ['nothing', ''],
    ['neither key', '{}'],
    ['an unknown signature', '{"signature_name":"nope","inputs":[1]}'],
    ['a wrong shape', '{"instances":[[1,2]]}'],
    ['texts for floats', '{"instances":["a"]}'],
    ['another input', '{"inputs":{"nope":[1]}}'],
    ['numbers for bytes', '{"signature_name":"serving_jpeg","inputs":{"jpeg":[1]}}'],
    ['few bytes', '{"signature_name":"serving_raw","inputs":{"raw":{"b64":"AAAAAA=="}}}'],
  ])('refuses %s with 400', (_, body) => {
    const { status, body: text } = readRefused(predict, Buffer.from(body));

    expect([status, parsed(text)]).toEqual([400, { error: 'malformed request' }]);
  });

  it.each([
    ['{"instances":[', 'predictions'],
    ['{"signature_name":"serving_raw","inputs":{', 'outputs'],
  ])('answers %s… under "%s"', (head, key) => {
    const form = predict.form(Buffer.from(head));
    const { headers, body } = predict.render(form, Float32Array.of(0.25, 0.1, 1));

    expect(headers).toMatchObject({ 'content-type': 'application/json' });
    expect(parsed(body)).toEqual({ [key]: [[0.25, 0.1, 1]] });
  });

  it('finds the key behind the numbers too', () => {
    expect(predict.form(Buffer.from(`{"x":[${'1,'.repeat(400)}1],"instances":[]}`))).toBe(
      'predictions',
    );
  });

  it.each([
    [0.1, '0.1'],
    [1, '1.0'],
    [1 / 3, '0.333333343'],
    [1e-7, '1e-7'],
    [Number.NaN, 'NaN'],
    [-Infinity, '-Infinity'],
  ])('prints the float %d as %s', (value, text) => {
    expect(printFloat(Math.fround(value))).toBe(text);
  });

  it.each([
    ['POST', '/v1/models/nope:predict', 404],
    ['POST', '/v1/models/resnet-50/versions/9:predict', 404],
    ['GET', '/v1/models/nope', 404],
    ['GET', '/v1/models/resnet-50/versions/9', 404],
    ['GET', '/v1/models', 400],
    ['PUT', '/v1/models/resnet-50:predict', 400],
  ])('refuses %s %s with %i', (method, path, status) => {
    expect(answerOf(route(method, path)).status).toBe(status);
  });

  it('knows nothing outside its API', () => {
    expect(answerOf(route('GET', '/'))).toMatchObject({ status: 404 });
  });

  it('takes the version that it serves', () => {
    expect(route('POST', '/v1/models/resnet-50/versions/1:predict').kind).toBe('inference');
  });

  it('tells the state of the model once it is loaded', () => {
    const path = '/v1/models/resnet-50';

    expect(answerOf(route('GET', path, false)).status).toBe(404);
    expect(parsed(answerOf(route('GET', path)).body)).toMatchObject({
      model_version_status: [{ version: '1', state: 'AVAILABLE' }],
    });
  });

  it.each([
    [{ kind: 'overloaded' } as const, 503],
    [{ kind: 'failed', message: 'x' } as const, 500],
    [{ kind: 'bad-image', message: 'x' } as const, 400],
  ])('answers a failure %j with %i', (failure, status) => {
    const answer = predict.fail(failure);

    expect(answer.status).toBe(status);
    expect(typeof parsed(answer.body)['error']).toBe('string');
  });
});
