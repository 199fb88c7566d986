import { manifestOf } from '../../../../serving-configs/index.ts';
import { inferenceOf, parsed, readRefused } from '../../protocols/wire-support.ts';
import createWire from '../../../../serving-configs/platforms/torchserve/wire.ts';

const wire = createWire(manifestOf('torchserve'));
const post = (path: string, contentType: string) =>
  wire.route({ method: 'POST', path, headers: { 'content-type': contentType } }, true);
const call = (contentType: string) => inferenceOf(post('/predictions/resnet-50', contentType));
/** A form as a client of the platform sends it. */
const formOf = async (fields: Readonly<Record<string, Uint8Array<ArrayBuffer>>>) => {
  const form = new FormData();
  for (const [name, bytes] of Object.entries(fields)) form.append(name, new Blob([bytes]), 'file');
  const request = new Request('http://localhost/', { method: 'POST', body: form });
  return {
    type: request.headers.get('content-type') ?? '',
    body: Buffer.from(await request.arrayBuffer()),
  };
};

describe('the wire of TorchServe', () => {
  it('reads a JPEG as it is', () => {
    const bytes = Buffer.from([1, 2, 3]);

    expect(call('image/jpeg').read(bytes)).toEqual({ kind: 'image', bytes });
  });

  it('reads raw floats for a custom handler', () => {
    const values = Float32Array.from({ length: 3 * 224 * 224 }, (_, index) => index / 7);
    const input = call('application/octet-stream').read(new Uint8Array(values.buffer));

    expect(input).toEqual({ kind: 'tensor', values, shape: [1, 3, 224, 224] });
  });

  it('reads floats that do not start at a multiple of four', () => {
    const values = new Float32Array(3 * 224 * 224).fill(1.5);
    const shifted = Buffer.alloc(values.byteLength + 1);
    shifted.set(new Uint8Array(values.buffer), 1);
    const input = call('application/octet-stream').read(shifted.subarray(1));

    expect(input).toMatchObject({ values });
  });

  it.each(['data', 'body'])('reads an image from the form field "%s"', async (name) => {
    const bytes = Buffer.from([0xff, 0xd8, 13, 10, 45, 45, 0, 1]);
    const { type, body } = await formOf({ other: Buffer.from('x'), [name]: bytes });

    expect(call(type).read(body)).toEqual({ kind: 'image', bytes });
  });

  it('reads raw floats from a form', async () => {
    const values = Float32Array.from({ length: 3 * 224 * 224 }, (_, index) => index / 7);
    const { type, body } = await formOf({ data: Buffer.from(values.buffer) });

    expect(call(type).read(body)).toEqual({ kind: 'tensor', values, shape: [1, 3, 224, 224] });
  });

  it('fails a form without an input as its handler would', async () => {
    const { type, body } = await formOf({ image: Buffer.from('x') });

    expect(readRefused(call(type), body).status).toBe(503);
  });

  it('takes a form that does not say what separates its parts as it is', () => {
    const bytes = Buffer.from('x');

    expect(call('multipart/form-data').read(bytes)).toEqual({ kind: 'image', bytes });
  });

  it('answers the five best classes by name, best first', () => {
    const probabilities = new Float32Array(1000);
    for (const [index, score] of [0.02, 0.05, 0.5, 0.03, 0.04, 0.01].entries()) {
      probabilities[280 + index] = score;
    }
    const { status, body } = call('image/jpeg').render('top-five', probabilities);

    expect(status).toBe(200);
    expect(Object.values(parsed(body)).map((score) => Number(Number(score).toFixed(2)))).toEqual([
      0.5, 0.05, 0.04, 0.03, 0.02,
    ]);
    expect(Object.keys(parsed(body))[0]).toBe('tiger cat');
  });

  it.each([
    ['POST', '/predictions/nope', 404],
    ['POST', '/predictions/resnet-50/9.9', 404],
    ['POST', '/predictions/', 404],
    ['GET', '/', 405],
    ['POST', '/nowhere', 404],
  ])('refuses %s %s with %i', (method, path, status) => {
    expect(wire.route({ method, path, headers: {} }, true)).toMatchObject({
      kind: 'answer',
      answer: { status, headers: { connection: 'close' } },
    });
  });

  it.each(['/1.0', '/1.0/more', '/', '?a=b'])(
    'serves its version and reads nothing behind: %s',
    (behind) => {
      expect(post(`/predictions/resnet-50${behind}`, 'image/jpeg').kind).toBe('inference');
    },
  );

  it.each(['PUT', 'GET', 'DELETE', 'PATCH', 'HEAD'])('makes a prediction of %s', (method) => {
    const route = wire.route({ method, path: '/predictions/resnet-50', headers: {} }, true);

    expect(route.kind).toBe('inference');
  });

  it.each(['application/octet-stream', 'image/jpeg', ''])(
    'tells a tensor by its length alone, announced as "%s"',
    (type) => {
      const values = new Float32Array(3 * 224 * 224).fill(0.25);
      const bytes = new Uint8Array(values.buffer);

      expect(call(type).read(bytes)).toMatchObject({ kind: 'tensor', values });
      expect(call(type).read(bytes.subarray(4))).toMatchObject({ kind: 'image' });
    },
  );

  it('fails an empty body as its handler would', () => {
    const { status, body } = readRefused(call('image/jpeg'), new Uint8Array());

    expect(status).toBe(503);
    expect(parsed(body)).toMatchObject({ message: 'Prediction failed' });
  });

  it('refuses a body above its limit with 413 and no text', () => {
    expect(readRefused(call('image/jpeg'), Buffer.alloc(6_553_501))).toMatchObject({
      status: 413,
      body: '',
    });
  });

  it.each([
    [{ kind: 'overloaded' } as const, 503, 'ServiceUnavailableException'],
    [{ kind: 'failed', message: 'x' } as const, 500, 'InternalServerException'],
    [{ kind: 'bad-image', message: 'x' } as const, 503, 'InternalServerException'],
  ])('answers a failure %j with %i', (failure, code, type) => {
    expect(parsed(call('image/jpeg').fail(failure).body)).toMatchObject({ code, type });
  });

  it.each([
    [true, 200, 'Healthy'],
    [false, 503, 'Unhealthy'],
  ])('says on /ping, ready %s: %i', (ready, status, word) => {
    const route = wire.route({ method: 'GET', path: '/ping', headers: {} }, ready);

    expect(route).toMatchObject({ answer: { status } });
    expect(route.kind === 'answer' && parsed(route.answer.body)).toEqual({ status: word });
  });
});
