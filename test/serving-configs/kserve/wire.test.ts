import { manifestOf } from '../../../serving-configs/index.ts';
import createWire from '../../../serving-configs/kserve/wire.ts';
import { BYTES, requestJson, requestNumbers, SHAPE, VALUES } from '../open-inference-support.ts';
import { answerOf, inferenceOf, parsed, readRefused } from '../wire-support.ts';

const wire = createWire(manifestOf('kserve'));
const PATH = '/v2/models/resnet-50/infer';
const route = (method: string, path: string, ready = true, headers = {}) =>
  wire.route({ method, path, headers }, ready);
const inJson = () => inferenceOf(route('POST', PATH, true, { 'content-type': 'application/json' }));
const inBytes = (length: number | string | undefined) =>
  inferenceOf(
    route('POST', PATH, true, {
      'content-type': 'application/octet-stream',
      ...(length === undefined ? {} : { 'inference-header-content-length': String(length) }),
    }),
  );
const whole = { kind: 'tensor', values: VALUES, shape: SHAPE };
const withOutputs = (parameters: object) => ({ outputs: [{ name: 'output', parameters }] });

/** How bytes behind an altered description are refused. */
const refusalOfBytes = (changes: Record<string, unknown>) => {
  const json = requestJson(changes);
  const { status, body } = readRefused(inBytes(json.length), Buffer.concat([json, BYTES]));
  return [status, parsed(body)['error']];
};

describe('the wire of KServe', () => {
  it('reads JSON followed by bytes', () => {
    const json = requestJson();

    expect(inBytes(json.length).read(Buffer.concat([json, BYTES]))).toEqual(whole);
  });

  it('finds the bytes of its input behind those of another', () => {
    const { inputs } = parsed(requestJson()) as { inputs: object[] };
    const other = { name: 'other', shape: [2], datatype: 'FP32' };
    const json = Buffer.from(
      JSON.stringify({
        inputs: [{ ...other, parameters: { binary_data_size: 8 } }, ...inputs],
      }),
    );
    const body = Buffer.concat([json, Buffer.alloc(8), BYTES]);

    expect(inBytes(json.length).read(body)).toEqual(whole);
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
    [{ name: 'x' }, "input 'input' is missing"],
    [{ datatype: 'INT32' }, "input 'input' has the type INT32, not FP32"],
    [
      { shape: [1, 3, 112, 448] },
      "input 'input' has the shape [1, 3, 112, 448], not [1, 3, 224, 224]",
    ],
  ])('refuses an input with %j in the words of the model', (changes, error) => {
    for (const [call, body] of [
      [inJson(), requestNumbers(changes)],
      [inBytes(requestJson(changes).length), Buffer.concat([requestJson(changes), BYTES])],
    ] as const) {
      const answer = readRefused(call, body);

      expect([answer.status, parsed(answer.body)]).toEqual([400, { error }]);
    }
  });

  it.each([
    ['too few numbers', { data: [1, 2] }, /^ValueError : cannot reshape array of size 2 into/],
    ['texts', { data: ['a'] }, /^ValueError : could not convert string to float: 'a'$/],
    ['nulls, which are floats to it', { data: [null] }, /^ValueError : cannot reshape .* size 1/],
    ['lists of unequal length', { data: [[1], [1, 2]] }, /^ValueError : .*inhomogeneous shape/],
  ])('fails with 500 for %s, which NumPy cannot take', (_, changes, error) => {
    const { status, headers, body } = readRefused(inJson(), requestNumbers(changes));

    expect([status, headers['connection']]).toEqual([500, 'close']);
    expect(parsed(body)['error']).toMatch(error);
  });

  it.each([
    ['a few bytes short', BYTES.subarray(8), /^ValueError : cannot reshape array of size 150526/],
    ['cut within a number', BYTES.subarray(3), /^ValueError : buffer size must be a multiple/],
  ])('fails with 500 for bytes that are %s', (_, rest, error) => {
    const json = requestJson();
    const { status, body } = readRefused(inBytes(json.length), Buffer.concat([json, rest]));

    expect(status).toBe(500);
    expect(parsed(body)['error']).toMatch(error);
  });

  it('answers 422 to what is announced as JSON and is none', () => {
    const { status, body } = readRefused(inJson(), Buffer.from('{"inputs":'));

    expect(status).toBe(422);
    expect(parsed(body)).toMatchObject({ detail: [{ type: 'json_invalid' }] });
  });

  it.each([
    ['{"a":1}', 'missing', ['inputs'], { a: 1 }, 'Field required'],
    [
      '[1]',
      'model_attributes_type',
      [],
      [1],
      'Input should be a valid dictionary or object to extract fields from',
    ],
    ['{"inputs":7}', 'list_type', ['inputs'], 7, 'Input should be a valid list'],
    [
      '{"inputs":[{"name":"input","shape":[1],"datatype":"FP32","data":7}]}',
      'list_type',
      ['inputs', 0, 'data'],
      7,
      'Input should be a valid list',
    ],
  ])('answers 422 to %s: neither a request nor bytes', (text, type, loc, input, msg) => {
    const { status, body } = readRefused(inJson(), Buffer.from(text));

    expect(status).toBe(422);
    expect(parsed(body)).toEqual({
      detail: [
        { type, loc: ['body', 'InferenceRequest', ...loc], msg, input },
        {
          type: 'bytes_type',
          loc: ['body', 'bytes'],
          msg: 'Input should be a valid bytes',
          input: JSON.parse(text) as unknown,
        },
      ],
    });
  });

  it('answers 422 to an empty body and 400 to one that is no text', () => {
    const empty = readRefused(inJson(), new Uint8Array());
    const noText = readRefused(inJson(), Buffer.concat([requestJson(), BYTES]));

    expect([empty.status, parsed(empty.body)]).toEqual([
      422,
      { detail: [{ type: 'missing', loc: ['body'], msg: 'Field required', input: null }] },
    ]);
    expect([noText.status, parsed(noText.body)]).toEqual([
      400,
      { detail: 'There was an error parsing the body' },
    ]);
  });

  it('answers 400 to bytes without the header that says where they begin', () => {
    const { status, body } = readRefused(inBytes(undefined), Buffer.concat([requestJson(), BYTES]));

    expect([status, parsed(body)]).toEqual([
      400,
      {
        error: "received byte inputs, but the'inference-header-content-length' header is missing.",
      },
    ]);
  });

  it.each([
    ['cuts the JSON', '5', 400, /^Unrecognized request format: /],
    ['is no number', 'many', 500, /^ValueError : invalid literal for int\(\) .* 10: 'many'$/],
    ['is 0, for bytes alone', '0', 400, /^Unrecognized request format: /],
  ])('refuses a header that %s', (_, length, code, error) => {
    const { status, body } = readRefused(inBytes(length), requestJson());

    expect(status).toBe(code);
    expect(parsed(body)['error']).toMatch(error);
  });

  it('makes an array of bytes, of whichever type they are said to be, before the model sees it', () => {
    expect(refusalOfBytes({ datatype: 'NOPE' })).toEqual([
      400,
      'invalid datatype None in the input',
    ]);
    expect(refusalOfBytes({ shape: [1, 3, 2, 2] })).toEqual([
      500,
      'ValueError : cannot reshape array of size 150528 into shape (1,3,2,2)',
    ]);
    expect(refusalOfBytes({ datatype: 'FP64' })).toEqual([
      500,
      'ValueError : cannot reshape array of size 75264 into shape (1,3,224,224)',
    ]);
  });

  it('takes the name of a type in small letters', () => {
    expect(inJson().read(requestNumbers({ datatype: 'fp32' }))).toEqual(whole);
  });

  it('refuses another output after the model has answered', () => {
    const json = requestJson({}, { outputs: [{ name: 'zz' }] });
    const { status, body } = readRefused(inBytes(json.length), Buffer.concat([json, BYTES]));

    expect([status, parsed(body)['error']]).toEqual([
      400,
      "Unexpected inference output 'zz' for model 'resnet-50'",
    ]);
  });

  it('answers 400 to an input without values', () => {
    const json = requestJson({ parameters: {} });
    const { status, body } = readRefused(inBytes(json.length), json);

    expect([status, parsed(body)['error']]).toEqual([
      400,
      "'data' field is missing for input 'input' for model 'resnet-50'",
    ]);
  });

  it.each([
    ['POST', '/v2/models/nope/infer', true, 404, { error: 'Model with name nope does not exist.' }],
    ['GET', '/v2/models/nope/ready', true, 404, { error: 'Model with name nope does not exist.' }],
    [
      'POST',
      '/v2/models/resnet-50/versions/1/infer',
      true,
      501,
      { error: 'Model versioning not supported yet.' },
    ],
    ['POST', PATH, false, 503, { error: 'Model with name resnet-50 is not ready.' }],
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

  it('sends on a path with a slash too many', () => {
    const { status, headers } = answerOf(route('GET', '/v2/', true, { host: 'a:1' }));

    expect([status, headers['location']]).toEqual([307, 'http://a:1/v2']);
  });

  it.each([
    [{ kind: 'overloaded' } as const, 503],
    [{ kind: 'failed', message: 'x' } as const, 500],
    [{ kind: 'bad-image', message: 'x' } as const, 400],
  ])('answers a failure %j with %i', (failure, status) => {
    expect(inJson().fail(failure).status).toBe(status);
  });
});
