import { manifestOf } from '../../../../serving-configs/index.ts';
import createWire from '../../../../serving-configs/platforms/triton/wire.ts';
import { answerOf, inferenceOf, parsed, readRefused } from '../../protocols/wire-support.ts';

const wire = createWire(manifestOf('triton_pytorch'));
const PATH = '/v2/models/resnet50-torch/infer';
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

const shape = [1, 3, 224, 224];
const LENGTH = 3 * 224 * 224;
const values = Float32Array.from({ length: LENGTH }, (_, index) => Math.fround(index / 1000));
const bytes = new Uint8Array(values.buffer);

const input = (changes: Record<string, unknown> = {}) => ({
  name: 'INPUT__0',
  shape,
  datatype: 'FP32',
  parameters: { binary_data_size: bytes.length },
  ...changes,
});
const jsonOf = (changes: Record<string, unknown> = {}): Buffer =>
  Buffer.from(
    JSON.stringify({
      inputs: [input()],
      outputs: [{ name: 'OUTPUT__0', parameters: { binary_data: true } }],
      ...changes,
    }),
  );

describe('the wire of Triton', () => {
  it('reads JSON followed by bytes', () => {
    const json = jsonOf();

    expect(infer(json.length).read(Buffer.concat([json, bytes]))).toEqual({
      kind: 'tensor',
      values,
      shape,
    });
  });

  it('reads bytes alone', () => {
    expect(infer(0).read(Buffer.from(bytes))).toEqual({ kind: 'tensor', values, shape });
  });

  it.each([
    ['flat', Array.from(values)],
    [
      'nested',
      [
        [0, 1, 2].map((channel) =>
          Array.from({ length: 224 }, (_, row) =>
            Array.from(
              values.subarray((channel * 224 + row) * 224, (channel * 224 + row + 1) * 224),
            ),
          ),
        ),
      ],
    ],
  ])('reads a %s list of numbers', (_, data) => {
    const json = jsonOf({ inputs: [input({ parameters: {}, data })] });

    expect(infer().read(json)).toEqual({ kind: 'tensor', values, shape });
  });

  it('answers in bytes where they are asked for', () => {
    const call = infer(jsonOf({ id: 'r1' }).length);
    const logits = Float32Array.of(1, 2, 3);
    const { headers, body } = call.render(call.form(jsonOf({ id: 'r1' })), logits);
    const length = Number(headers['inference-header-content-length']);

    expect(headers['content-type']).toBe('application/octet-stream');
    expect(Buffer.from(body).subarray(length)).toEqual(Buffer.from(logits.buffer));
  });

  it('gives the id back, as recorded from server 2.51.0', () => {
    const json = jsonOf({ id: 'r1' });
    const call = infer(json.length);
    const { headers, body } = call.render(call.form(json), new Float32Array(1000));
    const length = Number(headers['inference-header-content-length']);

    expect(Buffer.from(body).subarray(0, length).toString()).toBe(
      '{"id":"r1","model_name":"resnet50-torch","model_version":"1","outputs":[{"name":"OUTPUT__0","datatype":"FP32","shape":[1,1000],"parameters":{"binary_data_size":4000}}]}',
    );
  });

  it.each([
    [{ outputs: [{ name: 'OUTPUT__0' }] }, 'json:'],
    [{ outputs: undefined }, 'json:'],
    [{ outputs: undefined, parameters: { binary_data_output: true } }, 'binary:'],
    [{ outputs: [{ name: 'OUTPUT__0', parameters: { binary_data: false } }] }, 'json:'],
    [{ id: 'x' }, 'binary:x'],
  ])('sees from %j that the answer is %s', (changes, form) => {
    const json = jsonOf(changes);

    expect(infer(json.length).form(json)).toBe(form);
  });

  it('answers the raw form in bytes and JSON in JSON', () => {
    expect(infer(0).form(Buffer.alloc(8))).toBe('binary:');
    const { headers, body } = infer().render('json:', Float32Array.of(0.002));

    expect(headers).toEqual({ 'content-type': 'application/json' });
    expect(Buffer.from(body).toString()).toContain('0.0020000000949949026');
  });

  it.each([
    ['a wrong shape', 400, jsonOf({ inputs: [input({ shape: [1, 3, 112, 448] })] }), bytes],
    ['a wrong type', 400, jsonOf({ inputs: [input({ datatype: 'INT32' })] }), bytes],
    ['another input', 400, jsonOf({ inputs: [input({ name: 'x' })] }), bytes],
    ['no inputs', 400, jsonOf({ inputs: [] }), bytes],
    ['too few bytes', 400, jsonOf(), bytes.subarray(4)],
    ['too many bytes', 400, jsonOf(), Buffer.concat([bytes, Buffer.alloc(4)])],
    ['no JSON', 500, Buffer.from('{"inputs":'), bytes],
  ])('refuses %s with %i', (_, status, json, rest) => {
    const answer = readRefused(infer(json.length), Buffer.concat([json, rest]));

    expect([answer.status, parsed(answer.body)]).toEqual([status, { error: 'malformed request' }]);
  });

  it.each([0, 999_999_999])('refuses an empty body with a header of %d', (length) => {
    expect(readRefused(infer(length), Buffer.alloc(0)).status).toBe(400);
  });

  it.each([
    ['POST', '/v2/models/nope/infer', 404, 'model nope not found'],
    ['POST', '/v2/models/resnet50-torch/versions/9/infer', 404, 'model resnet50-torch not found'],
    ['GET', PATH, 405, 'Method Not Allowed'],
    ['GET', '/v2/models/nope/ready', 400, 'model nope is not ready'],
    ['GET', '/elsewhere', 404, 'Not Found'],
  ])('refuses %s %s with %i', (method, path, status, error) => {
    const answer = answerOf(route(method, path));

    expect(answer.status).toBe(status);
    expect(parsed(answer.body)).toEqual({ error });
  });

  it.each([
    ['/v2/health/live', false, 200],
    ['/v2/health/ready', false, 400],
    ['/v2/health/ready', true, 200],
    ['/v2/models/resnet50-torch/ready', true, 200],
    ['/v2/models/resnet50-torch/ready', false, 400],
  ])('answers %s, ready %s, with %i', (path, ready, status) => {
    expect(answerOf(route('GET', path, ready)).status).toBe(status);
  });

  it('calls itself what release 25.02 does', () => {
    expect(manifestOf('triton_pytorch').version).toBe('25.02');
    expect(parsed(answerOf(route('GET', '/v2')).body)).toMatchObject({ version: '2.55.0' });
  });

  it('describes the model', () => {
    expect(parsed(answerOf(route('GET', '/v2/models/resnet50-torch')).body)).toMatchObject({
      inputs: [{ name: 'INPUT__0', datatype: 'FP32', shape }],
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
