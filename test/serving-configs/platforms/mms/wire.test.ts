import { manifestOf } from '../../../../serving-configs/index.ts';
import createWire from '../../../../serving-configs/platforms/mms/wire.ts';
import { answerOf, inferenceOf, parsed } from '../../protocols/wire-support.ts';

const wire = createWire(manifestOf('mms'));
const route = (method: string, path: string, ready = true, contentType = 'image/jpeg') =>
  wire.route({ method, path, headers: { 'content-type': contentType } }, ready);
const call = (contentType?: string) =>
  inferenceOf(route('POST', '/predictions/resnet-50', true, contentType));

describe('the wire of Multi Model Server', () => {
  it('reads an image and a tensor', () => {
    const bytes = Buffer.from([1, 2, 3]);
    const values = new Float32Array(3 * 224 * 224).fill(0.5);

    expect(call().read(bytes)).toEqual({ kind: 'image', bytes });
    expect(call('application/octet-stream').read(new Uint8Array(values.buffer))).toEqual({
      kind: 'tensor',
      values,
      shape: [1, 3, 224, 224],
    });
  });

  it('answers the five best classes by name, without a content type', () => {
    const probabilities = new Float32Array(1000);
    probabilities[281] = 0.75;
    const { status, headers, body } = call().render('top-five', probabilities);

    expect([status, headers['content-type']]).toEqual([200, undefined]);
    expect(Object.entries(parsed(body))).toHaveLength(5);
    expect(Object.entries(parsed(body))[0]).toEqual(['tabby', 0.75]);
  });

  it('has no versions: it does not read what follows the name of a model', () => {
    expect(route('POST', '/predictions/resnet-50/9.9').kind).toBe('inference');
    expect(route('POST', '/predictions/resnet-50/1.0/more').kind).toBe('inference');
  });

  it('says in its own words that a queue is full', () => {
    const { status, headers, body } = call().fail({ kind: 'overloaded' });

    expect([status, headers['connection']]).toEqual([503, 'close']);
    expect(parsed(body)).toEqual({
      code: 503,
      type: 'ServiceUnavailableException',
      message:
        'No worker is available to serve request for model: resnet-50. Consider increasing job queue size.',
    });
  });

  it.each([
    [{ kind: 'bad-image', message: 'x' } as const, 503, 'Prediction failed'],
    [{ kind: 'failed', message: 'x' } as const, 500, 'Worker died.'],
  ])('fails with what its front end makes of %j', (failure, status, message) => {
    const answer = call().fail(failure);

    expect(answer.status).toBe(status);
    expect(parsed(answer.body)).toMatchObject({ type: 'InternalServerException', message });
  });

  it.each(['/predictions/nope', '/metrics', '/v2/models/resnet-50/infer'])(
    'refuses POST %s with 404',
    (path) => {
      expect(answerOf(route('POST', path)).status).toBe(404);
    },
  );

  it.each([
    [true, 200, 'Healthy'],
    [false, 503, 'Unhealthy'],
  ])('is healthy when the model is: %s', (ready, code, word) => {
    const { status, body } = answerOf(route('GET', '/ping', ready));

    expect([status, parsed(body)]).toEqual([code, { status: word }]);
  });
});
