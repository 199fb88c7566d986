import createWire from '../../../../serving-configs/platforms/flask/wire.ts';
import { manifestOf } from '../../../../serving-configs/index.ts';
import { describeApplication } from '../../protocols/application-support.ts';
import { answerOf, inferenceOf, readRefused } from '../../protocols/wire-support.ts';

const wire = createWire(manifestOf('flask'));
const route = (method: string, path: string, ready = true, headers = {}) =>
  wire.route({ method, path, headers }, ready);
const call = (type: string) =>
  inferenceOf(route('POST', '/predict', true, { 'content-type': type }));

describeApplication('Flask', {
  ask: (type, body) => ({ call: call(type), body }),
  complaint: (error) => ({ error }),
});

describe('the wire of Flask', () => {
  it('ends its JSON with a line break', () => {
    expect(call('image/jpeg').render('', new Float32Array(1000)).body).toMatch(/\}\]\}\n$/);
  });

  it('knows the media type of a tensor with parameters and in capitals', () => {
    const type = 'Application/Octet-Stream; charset=binary';

    expect(call(type).read(Buffer.alloc(602_112))).toMatchObject({ kind: 'tensor' });
  });

  // Recorded from Flask 3.1.3 behind gunicorn 27.0.1: errors of the framework are pages.
  it.each([
    ['GET', '/nowhere', 404, '<title>404 Not Found</title>'],
    ['POST', '/predict/', 404, '<title>404 Not Found</title>'],
    ['GET', '/predict', 405, '<title>405 Method Not Allowed</title>'],
    ['POST', '/healthz', 405, '<title>405 Method Not Allowed</title>'],
  ])('answers %s %s with %i and a page', (method, path, status, part) => {
    const answer = answerOf(route(method, path));

    expect(answer).toMatchObject({
      status,
      headers: { 'content-type': 'text/html; charset=utf-8', server: 'gunicorn' },
      body: expect.stringContaining(part) as string,
    });
  });

  it('names the methods that it would have allowed', () => {
    expect(answerOf(route('GET', '/predict')).headers).toMatchObject({ allow: 'OPTIONS, POST' });
  });

  it('refuses a body of more than 20 MiB', () => {
    const largest = Buffer.alloc(20 * 2 ** 20);

    expect(call('image/jpeg').read(largest)).toMatchObject({ kind: 'image' });
    expect(readRefused(call('image/jpeg'), Buffer.concat([largest, largest]))).toMatchObject({
      status: 413,
    });
  });

  it('fails with a page', () => {
    expect(call('image/jpeg').fail({ kind: 'failed', message: 'x' })).toMatchObject({
      status: 500,
      headers: { 'content-type': 'text/html; charset=utf-8' },
      body: expect.stringContaining('<title>500 Internal Server Error</title>') as string,
    });
    expect(call('image/jpeg').fail({ kind: 'overloaded' }).status).toBe(503);
  });

  it('is healthy when its model is loaded', () => {
    expect(answerOf(route('GET', '/healthz'))).toMatchObject({ status: 200, body: 'ok' });
    expect(answerOf(route('GET', '/healthz', false)).status).toBe(503);
  });
});
