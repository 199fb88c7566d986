import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../../../../lib/bench/model/measurement.ts';
import { createJudge } from '../../../../lib/bench/run/answer-judge.ts';
import { correctByClasses, oddImagesDir } from '../../../../lib/bench/run/compare-classes.ts';
import type { CorrectAnswers } from '../../../../lib/bench/run/correct-answers.ts';
import { listenHttp } from '../../../support/http-server.ts';
import { passedCheck, recordedTargets } from '../../../support/recorded-run.ts';

const [target] = recordedTargets();
const top = [{ class: 7, score: 0.5 }];
const answersTo = (...files: readonly string[]): CorrectAnswers => ({
  model: { file: 'model', sha256: '', trained: false },
  files,
  topOf: () => files.map(() => top),
});
const judge = createJudge(
  correctByClasses(
    { images: [{ file: 'cat.jpg', sha256: '' }], runtime: 'simulated' },
    {
      imagesDir: join(import.meta.dirname, '../../../../k6/images'),
      answers: new Map<Engine, CorrectAnswers>([
        ['onnx', answersTo('cat.jpg')],
        ['noop', answersTo('cat.jpg')],
      ]),
      odd: answersTo('four-inks.jpg', 'grey.jpg'),
    },
  ),
);

describe('Images that decoders treat differently', () => {
  it('are sent to a target that answers correctly, and one that it cannot read is reported without stopping the run', async () => {
    const grey = await readFile(join(oddImagesDir, 'grey.jpg'));
    const server = await listenHttp((_, response, body) => {
      response.statusCode = body.equals(grey) ? 500 : 200;
      response.end(JSON.stringify(response.statusCode === 200 ? { top } : { message: 'L mode' }));
    });
    const { signal } = new AbortController();
    const request = { target, timeoutMs: 60_000, middlewareUrl: server.url, signal };
    const check = await judge.check({ ...request, engine: 'onnx' });
    const noop = await judge.check({ ...request, engine: 'noop' });

    expect(check.state).toBe('passed');
    expect(check.odd).toEqual([
      { file: 'four-inks.jpg', expectedClass: 7, answeredClass: 7, largestRelativeDifference: 0 },
      { file: 'grey.jpg', expectedClass: 7, fault: 'no-answer', error: '500  L mode' },
    ]);
    // The no-op backend does not look at images.
    expect([noop.state, noop.odd]).toEqual(['passed', undefined]);
  });
});

describe('The classes that the load generator expects', () => {
  const measured = { target, engine: 'onnx' } as const;

  it('are those that the answer check received, because two classes within the tolerance may change places', () => {
    const check = passedCheck(target);
    const answered = [{ file: 'cat.jpg', expectedClass: 7, answeredClass: 8 }];

    expect(judge.expect(measured, undefined)).toMatchObject({ values: [7] });
    expect(judge.expect(measured, { ...check, images: answered })).toMatchObject({ values: [8] });
  });
});
