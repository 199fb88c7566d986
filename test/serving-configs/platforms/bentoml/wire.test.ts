import createWire from '../../../../serving-configs/platforms/bentoml/wire.ts';
import { manifestOf } from '../../../../serving-configs/index.ts';
import { describeApplication } from '../../protocols/application-support.ts';
import { answerOf, inferenceOf, parsed } from '../../protocols/wire-support.ts';

const wire = createWire(manifestOf('bentoml'));
const route = (method: string, path: string, ready = true, headers = {}) =>
  wire.route({ method, path, headers }, ready);
const call = (path = '/predict') => inferenceOf(route('POST', path));

describeApplication('BentoML', {
  ask: (type, body) => ({
    call: call(type === 'application/octet-stream' ? '/predict_tensor' : '/predict'),
    body,
  }),
  // A list, which no other error of it is.
  complaint: (error) => [{ error }],
});

describe('the wire of BentoML', () => {
  it('takes octets as an image where the route is that of images', () => {
    const octets = { 'content-type': 'application/octet-stream' };
    const bytes = Buffer.from([0xff, 0xd8]);

    expect(inferenceOf(route('POST', '/predict', true, octets)).read(bytes)).toEqual({
      kind: 'image',
      bytes,
    });
  });

  it('prints what the service returns with blanks', () => {
    expect(call().render('', new Float32Array(1).fill(0.5)).body).toBe(
      '{"predictions": [{"class": 0, "score": 0.5}]}',
    );
  });

  it('says which service answered, and names each answer', () => {
    const { headers } = call().render('', new Float32Array(1000));
    const again = call().fail({ kind: 'bad-image', message: 'x' }).headers;

    expect(headers).toMatchObject({
      server: 'BentoML Service/ResNet50',
      'x-bentoml-request-id': expect.stringMatching(/^[\da-f]{16}$/) as string,
    });
    expect(again['x-bentoml-request-id']).not.toBe(headers['x-bentoml-request-id']);
  });

  // Recorded from 1.4.40: its router refuses with plain text and without the service's headers.
  it.each([
    ['POST', '/nope', 404, 'Not Found'],
    ['GET', '/predict', 405, 'Method Not Allowed'],
    ['GET', '/predict_tensor', 405, 'Method Not Allowed'],
    ['POST', '/constructor', 404, 'Not Found'],
    ['POST', '/readyz', 405, 'Method Not Allowed'],
  ])('answers %s %s with %i and a text', (method, path, status, body) => {
    const answer = answerOf(route(method, path));

    expect(answer).toMatchObject({ status, body });
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(answer.headers).not.toHaveProperty('server');
  });

  it.each([
    [{ kind: 'overloaded' } as const, 429, 'Too many requests'],
    [
      { kind: 'failed', message: 'x' } as const,
      500,
      'An unexpected error has occurred, please check the server log.',
    ],
  ])('answers a failure %j with %i', (failure, status, error) => {
    const answer = call().fail(failure);

    expect(answer.status).toBe(status);
    expect(parsed(answer.body)).toEqual({ error });
    expect('server' in answer.headers).toBe(failure.kind === 'failed');
  });

  it.each(['/healthz', '/livez', '/readyz'])('is well at %s when it is ready', (path) => {
    expect(answerOf(route('GET', path))).toMatchObject({ status: 200, body: '\n' });
    expect(answerOf(route('GET', path, false)).status).toBe(503);
  });
});
