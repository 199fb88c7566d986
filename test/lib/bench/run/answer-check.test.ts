import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { AnswerCheck } from '../../../../lib/bench/results/record.ts';
import { checkAnswers } from '../../../../lib/bench/run/answer-check.ts';
import { recordedPaths } from '../../../support/recorded-run.ts';

const [path] = recordedPaths();
if (path === undefined) throw new Error('no paths');

/** Checks against a middleware that answers as it is told. */
const checkAgainst = async (listener: RequestListener): Promise<AnswerCheck> => {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => listener(request, response));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  try {
    return await checkAnswers({
      path,
      engine: 'onnx',
      middlewareUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      imagesDir: join(import.meta.dirname, '../../../../k6/images'),
      files: ['cat.jpg', 'coffee.jpg'],
      expected: [281, 967],
      timeoutMs: 5000,
      signal: new AbortController().signal,
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
};

describe('the check of the answers of a path', () => {
  it('passes where every image gets its class, and asks the path that it checks', async () => {
    const classes = [281, 967];
    const asked: (string | undefined)[] = [];
    const check = await checkAgainst((request, response) => {
      asked.push(request.url, request.headers['content-type']);
      response.end(JSON.stringify({ top: [{ class: classes.shift() }], trained: false }));
    });

    expect(check).toMatchObject({ state: 'passed', trained: false });
    expect(check.reason).toBeUndefined();
    expect(asked.slice(0, 2)).toEqual([
      '/infer/torchserve?payload=image&encoding=raw',
      'image/jpeg',
    ]);
  });

  it('falls where one class is another, and says which', async () => {
    const check = await checkAgainst((_, response) => {
      response.end(JSON.stringify({ top: [{ class: 281 }], trained: true }));
    });

    expect(check).toMatchObject({
      state: 'failed',
      trained: true,
      reason: '1 of 2 images without the right answer, first coffee.jpg: class 281 instead of 967',
    });
  });

  it('falls where there is no answer, and says why', async () => {
    const check = await checkAgainst((_, response) => {
      response.statusCode = 502;
      response.end(JSON.stringify({ code: 'INFER_UPSTREAM', message: 'it is gone' }));
    });

    expect(check.images[0]).toEqual({
      file: 'cat.jpg',
      expectedClass: 281,
      error: '502 INFER_UPSTREAM it is gone',
    });
  });

  it('falls where the connection breaks', async () => {
    const check = await checkAgainst((_, response) => response.destroy());

    expect(check.state).toBe('failed');
    expect(check.images[0]?.error).toContain('fetch failed');
  });
});
