import { manifestOf } from '../../../serving-configs/index.ts';
import createWire from '../../../serving-configs/mlserver/wire.ts';
import { BYTES, requestJson, requestNumbers, SHAPE, VALUES } from '../open-inference-support.ts';
import { answerOf, inferenceOf, parsed, readRefused } from '../wire-support.ts';

const wire = createWire(manifestOf('mlserver'));
const PATH = '/v2/models/resnet-50/infer';
const route = (method: string, path: string, ready = true, headers = {}) =>
  wire.route({ method, path, headers }, ready);
const infer = (contentType = 'application/json') =>
  inferenceOf(route('POST', PATH, true, { 'content-type': contentType }));
const whole = { kind: 'tensor', values: VALUES, shape: SHAPE };

describe('the wire of MLServer', () => {
  it('reads numbers, with a content type or without', () => {
    expect(infer().read(requestNumbers())).toEqual(whole);
    expect(infer('').read(requestNumbers())).toEqual(whole);
  });

  it('answers in JSON and with the headers of an event, as recorded from release 1.7.1', () => {
    const call = infer();
    const { headers, body } = call.render(
      call.form(requestNumbers({}, { id: 'r1' })),
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
    const call = infer();
    const { body } = call.render(call.form(requestNumbers({}, { outputs })), Float32Array.of(3));

    expect(parsed(body)).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      outputs: [{ data: [3] }],
    });
  });

  it.each([
    ['bytes behind JSON', 'application/octet-stream', Buffer.concat([requestJson(), BYTES])],
    ['too few numbers', 'application/json', requestNumbers({ data: [1, 2] })],
    ['texts for numbers', 'application/json', requestNumbers({ data: ['a'] })],
    ['lists of unequal length', 'application/json', requestNumbers({ data: [[1], [1, 2]] })],
  ])('fails with 500 and a text for %s', (_, contentType, body) => {
    const answer = readRefused(infer(contentType), body);

    expect([answer.status, answer.headers['connection']]).toEqual([500, 'close']);
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(answer.body).toBe('Internal Server Error');
  });

  it.each([
    ['nothing', Buffer.from(''), { type: 'missing', loc: ['body'], input: null }],
    ['no JSON', Buffer.from('{"inputs":'), { type: 'json_invalid', loc: ['body', 10] }],
    [
      'no text',
      Buffer.concat([requestJson(), BYTES]),
      {
        type: 'json_invalid',
        loc: ['body', 0],
        ctx: { error: 'str is not valid UTF-8: surrogates not allowed' },
      },
    ],
    ['a list', Buffer.from('[[1,2]]'), { type: 'model_attributes_type', input: [[1, 2]] }],
    ['no inputs', Buffer.from('{}'), { type: 'missing', loc: ['body', 'inputs'], input: {} }],
    ['no list of inputs', Buffer.from('{"inputs":7}'), { type: 'list_type', input: 7 }],
    ['no values', requestJson(), { type: 'missing', loc: ['body', 'inputs', 0, 'data'] }],
    [
      'a type that there is not',
      requestNumbers({ datatype: 'NOPE' }),
      {
        type: 'enum',
        input: 'NOPE',
        msg: "Input should be 'BOOL', 'UINT8', 'UINT16', 'UINT32', 'UINT64', 'INT8', 'INT16', 'INT32', 'INT64', 'FP16', 'FP32', 'FP64' or 'BYTES'",
      },
    ],
  ])('answers 422 to %s', (_, body, detail) => {
    const answer = readRefused(infer(), body);

    expect(answer.status).toBe(422);
    expect(parsed(answer.body)).toMatchObject({ detail: [detail] });
  });

  it('quotes a text that is not announced as JSON in its refusal', () => {
    const { status, body } = readRefused(infer('text/plain'), Buffer.from('{}'));

    expect(status).toBe(422);
    expect(parsed(body)).toMatchObject({ detail: [{ loc: ['body'], input: '{}' }] });
  });

  it.each([
    [{ name: 'x' }, "input 'input' is missing"],
    [{ datatype: 'INT32' }, "input 'input' has the type INT32, not FP32"],
    [
      { shape: [1, 3, 112, 448] },
      "input 'input' has the shape [1, 3, 112, 448], not [1, 3, 224, 224]",
    ],
  ])('refuses an input with %j in the words of the model', (changes, error) => {
    const answer = readRefused(infer(), requestNumbers(changes));

    expect([answer.status, parsed(answer.body)]).toEqual([400, { error }]);
  });

  it.each([
    ['POST', '/v2/models/nope/infer', true, 404, { error: 'Model nope not found' }],
    [
      'POST',
      '/v2/models/resnet-50/versions/9/infer',
      true,
      404,
      { error: 'Model resnet-50 with version 9 not found' },
    ],
    ['POST', PATH, false, 400, { error: 'Model resnet-50 is not ready yet.' }],
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
    expect(infer().fail(failure).status).toBe(status);
  });
});
