import { manifestOf } from '../../../../serving-configs/index.ts';
import createWire from '../../../../serving-configs/platforms/litserve/wire.ts';
import { describeApplication } from '../../protocols/application-support.ts';
import { answerOf, inferenceOf, parsed, readRefused } from '../../protocols/wire-support.ts';

const wire = createWire(manifestOf('litserve'));
const route = (method: string, path: string, ready = true, headers = {}) =>
  wire.route({ method, path, headers }, ready);
const call = (type: string) =>
  inferenceOf(route('POST', '/predict', true, { 'content-type': type }));
const FORM = 'multipart/form-data; boundary=cut';
const formOf = (name: string, type: string, bytes: Uint8Array): Buffer =>
  Buffer.concat([
    Buffer.from(
      `--cut\r\nContent-Disposition: form-data; name="${name}"; filename="f"\r\nContent-Type: ${type}\r\n\r\n`,
    ),
    bytes,
    Buffer.from('\r\n--cut--\r\n'),
  ]);

describeApplication('LitServe', {
  ask: (type, bytes) => ({ call: call(FORM), body: formOf('request', type, bytes) }),
  complaint: (detail) => ({ detail }),
});

describe('the wire of LitServe', () => {
  it.each([
    ['a body that is no form, which it takes for JSON', 'image/jpeg', 500, 'Internal server error'],
    ['a form without the field', FORM, 500, 'Internal server error'],
    ['a form of no boundary', 'multipart/form-data', 500, 'Internal server error'],
  ])('refuses %s', (_, type, status, detail) => {
    const answer = readRefused(call(type), formOf('image', 'image/jpeg', Buffer.from('x')));

    expect([answer.status, parsed(answer.body)]).toEqual([status, { detail }]);
  });

  it('does not count a part behind which the form breaks off', () => {
    const whole = formOf('request', 'image/jpeg', Buffer.from('x'));
    const answer = readRefused(call(FORM), whole.subarray(0, -4));

    expect([answer.status, parsed(answer.body)]).toEqual([
      500,
      { detail: 'Internal server error' },
    ]);
  });

  it('refuses a body of more than 20 MiB', () => {
    const answer = readRefused(call(FORM), Buffer.alloc(20 * 2 ** 20 + 1));

    expect([answer.status, parsed(answer.body)]).toEqual([413, { detail: 'Payload too large' }]);
  });

  it.each([
    ['POST', '/nope', 404, 'Not Found'],
    ['GET', '/predict', 405, 'Method Not Allowed'],
    ['GET', '/metrics', 404, 'Not Found'],
    ['POST', '/health', 405, 'Method Not Allowed'],
  ])('answers %s %s with %i', (method, path, status, detail) => {
    const answer = answerOf(route(method, path));

    expect([answer.status, parsed(answer.body)]).toEqual([status, { detail }]);
  });

  it.each([
    [{ kind: 'overloaded' } as const, 504, 'Request timed out'],
    [{ kind: 'failed', message: 'x' } as const, 500, 'Internal server error'],
  ])('answers a failure %j with %i', (failure, status, detail) => {
    const answer = call(FORM).fail(failure);

    expect([answer.status, parsed(answer.body)]).toEqual([status, { detail }]);
  });

  it('is healthy when its workers are', () => {
    expect(answerOf(route('GET', '/health'))).toMatchObject({ status: 200, body: 'ok' });
    expect(answerOf(route('GET', '/health', false))).toMatchObject({
      status: 503,
      body: 'not ready',
    });
  });
});
