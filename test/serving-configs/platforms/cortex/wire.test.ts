import createWire from '../../../../serving-configs/platforms/cortex/wire.ts';
import { manifestOf } from '../../../../serving-configs/index.ts';
import { describeApplication } from '../../protocols/application-support.ts';
import { answerOf, inferenceOf } from '../../protocols/wire-support.ts';

const wire = createWire(manifestOf('cortex'));
const route = (method: string, path: string, ready = true, headers = {}) =>
  wire.route({ method, path, headers }, ready);
const call = (type: string) =>
  inferenceOf(route('POST', '/predict', true, { 'content-type': type }));

describeApplication('Cortex', {
  ask: (type, body) => ({ call: call(type), body }),
  complaint: (error) => ({ error }),
});

describe('the wire of Cortex', () => {
  // Recorded from the proxy at commit dc48c02 in front of gunicorn.
  it('says when its queue is full', () => {
    expect(call('image/jpeg').fail({ kind: 'overloaded' })).toEqual({
      status: 503,
      headers: {
        'content-type': 'text/plain; charset=utf-8',
        'x-content-type-options': 'nosniff',
      },
      body: 'pending request queue full\n',
    });
  });

  it.each([
    ['POST', '/predict'],
    ['GET', '/healthz'],
    ['GET', '/nowhere'],
  ])('has nothing to say to %s %s while nothing listens behind it', (method, path) => {
    expect(answerOf(route(method, path, false))).toEqual({ status: 502, headers: {}, body: '' });
  });

  it('passes on what the application says', () => {
    expect(answerOf(route('GET', '/healthz'))).toMatchObject({ status: 200, body: 'ok' });
    expect(answerOf(route('GET', '/nowhere'))).toMatchObject({
      status: 404,
      headers: { server: 'gunicorn' },
    });
    expect(call('image/jpeg').fail({ kind: 'failed', message: 'x' })).toMatchObject({
      status: 500,
      headers: { server: 'gunicorn' },
    });
  });
});
