import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CorrectAnswers } from '../../../../lib/bench/run/correct-answers.ts';
import { checkOddImages, oddImagesDir } from '../../../../lib/bench/run/answer-check.ts';
import { listenHttp } from '../../../support/http-server.ts';
import { recordedTargets } from '../../../support/recorded-run.ts';

const [target] = recordedTargets();

const top = [{ class: 7, score: 0.5 }];
const answers: CorrectAnswers = {
  model: { file: 'model', sha256: '', trained: false },
  files: ['four-inks.jpg', 'grey.jpg'],
  topOf: () => [top, top],
};
const request = {
  target,
  engine: 'onnx',
  tolerance: 0.01,
  trained: false,
  timeoutMs: 5000,
  signal: new AbortController().signal,
} as const;

describe('The odd images', () => {
  it('are sent to the target, and one that it cannot read is told and stops nothing', async () => {
    const grey = await readFile(join(oddImagesDir, 'grey.jpg'));
    const server = await listenHttp((_, response, body) => {
      response.statusCode = body.equals(grey) ? 500 : 200;
      response.end(JSON.stringify(response.statusCode === 200 ? { top } : { message: 'L mode' }));
    });
    const images = await checkOddImages({ ...request, middlewareUrl: server.url }, answers);
    await server.close();

    expect(images).toEqual([
      { file: 'four-inks.jpg', expectedClass: 7, answeredClass: 7, largestRelativeDifference: 0 },
      { file: 'grey.jpg', expectedClass: 7, error: '500  L mode' },
    ]);
  });

  it('are not sent where nobody looks at them or the correct answers are not known', async () => {
    const nobody = { ...request, engine: 'noop', middlewareUrl: 'http://127.0.0.1:9' } as const;

    expect(await checkOddImages(nobody, answers)).toBeUndefined();
    expect(await checkOddImages({ ...nobody, engine: 'onnx' }, undefined)).toBeUndefined();
  });
});
