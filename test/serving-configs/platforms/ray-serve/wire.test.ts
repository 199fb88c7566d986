import { manifestOf } from '../../../../serving-configs/index.ts';
import createWire from '../../../../serving-configs/platforms/ray-serve/wire.ts';
import { describeApplication } from '../../protocols/application-support.ts';
import { answerOf, inferenceOf } from '../../protocols/wire-support.ts';

const manifest = manifestOf('ray_serve');
const wire = createWire(manifest);
const route = (method: string, path: string, ready = true, headers = {}) =>
  wire.route({ method, path, headers }, ready);
const call = (type = 'image/jpeg') =>
  inferenceOf(route('POST', '/predict', true, { 'content-type': type }));

describeApplication('Ray Serve', {
  ask: (type, body) => ({ call: call(type), body }),
  complaint: (error) => ({ error }),
});

describe('the wire of Ray Serve', () => {
  it('sends its predictions in chunks, each with a name of its own', () => {
    const { headers } = call().render('', new Float32Array(1000));

    expect(headers).toMatchObject({
      'transfer-encoding': 'chunked',
      'x-request-id': expect.stringMatching(/^[\da-f-]{36}$/) as string,
    });
  });

  it('drops what is too much for its queue', () => {
    const answer = call().fail({ kind: 'overloaded' });

    expect(answer).toMatchObject({
      status: 503,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    });
  });

  it('fails without words', () => {
    expect(call().fail({ kind: 'failed', message: 'x' })).toMatchObject({
      status: 500,
      body: 'Internal Server Error',
    });
  });

  it('has nothing at other paths', () => {
    for (const path of ['/nope', '/predictions']) {
      expect(answerOf(route('POST', path))).toMatchObject({
        status: 404,
      });
    }
  });

  it('has an application that answers any GET once it is ready', () => {
    expect(answerOf(route('GET', manifest.health.path, false)).status).toBe(404);
    expect(answerOf(route('GET', manifest.health.path))).toMatchObject({ status: 200, body: 'ok' });
  });
});
