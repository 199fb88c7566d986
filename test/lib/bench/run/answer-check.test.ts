import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { AnswerCheck, ScoredClass } from '../../../../lib/bench/model/record.ts';
import { checkAnswers } from '../../../../lib/bench/run/answer-check.ts';
import { recordedTargets } from '../../../support/recorded-run.ts';

const [target] = recordedTargets();

const catTop = [
  { class: 281, score: 0.6 },
  { class: 282, score: 0.2 },
];
const coffeeTop = [{ class: 967, score: 0.9 }];

interface Expectations {
  readonly coffee?: readonly ScoredClass[];
  readonly tolerance?: number;
  readonly trained?: boolean;
}

/** Checks against a middleware that answers as it is told. */
const checkAgainst = async (
  listener: RequestListener,
  { tolerance = 0.01, trained = true, coffee = coffeeTop }: Expectations = {},
): Promise<AnswerCheck> => {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => listener(request, response));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  try {
    return await checkAnswers({
      target,
      engine: 'onnx',
      middlewareUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      imagesDir: join(import.meta.dirname, '../../../../k6/images'),
      files: ['cat.jpg', 'coffee.jpg'],
      expected: [catTop, coffee],
      tolerance,
      trained,
      timeoutMs: 5000,
      signal: new AbortController().signal,
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
};

describe('the check of the answers of a target', () => {
  it('passes where every image gets its class and its probabilities, and asks the target that it checks', async () => {
    const tops = [
      [
        { class: 281, score: 0.605 },
        { class: 282, score: 0.2 },
      ],
      coffeeTop,
    ];
    const asked: (string | undefined)[] = [];
    const answerCheck = await checkAgainst((request, response) => {
      asked.push(request.url, request.headers['content-type']);
      response.end(JSON.stringify({ top: tops.shift(), trained: false }));
    });

    expect(answerCheck).toMatchObject({ state: 'passed', trained: false, relativeTolerance: 0.01 });
    expect(answerCheck.images.map((image) => image.largestRelativeDifference)).toEqual([
      expect.closeTo(0.005 / 0.6),
      0,
    ]);
    expect(answerCheck.reason).toBeUndefined();
    expect(asked.slice(0, 2)).toEqual([
      '/infer/torchserve?payload=image&encoding=raw',
      'image/jpeg',
    ]);
  });

  it.each([
    { model: true, serving: true, taken: true },
    { model: true, serving: false, taken: false },
    { model: true, serving: undefined, taken: true },
    { model: false, serving: true, taken: false },
    { model: false, serving: undefined, taken: false },
  ])(
    'takes the weights for trained: $taken, where the model says $model and the answer $serving',
    async ({ model, serving, taken }) => {
      const answerCheck = await checkAgainst(
        (_, response) => response.end(JSON.stringify({ top: catTop, trained: serving })),
        { trained: model },
      );

      expect(answerCheck.trained).toBe(taken);
    },
  );

  it('falls where one class is another, and says which', async () => {
    const answerCheck = await checkAgainst((_, response) => {
      response.end(JSON.stringify({ top: catTop, trained: true }));
    });

    expect(answerCheck).toMatchObject({
      state: 'failed',
      trained: true,
      reason:
        '1 of 2 images without the correct answer, first coffee.jpg: class 281 instead of 967',
    });
  });

  it('passes where two best classes within the tolerance have changed places', async () => {
    const tops = [
      catTop,
      [
        { class: 968, score: 0.4499 },
        { class: 967, score: 0.4498 },
      ],
    ];
    const near = [
      { class: 967, score: 0.45 },
      { class: 968, score: 0.4497 },
    ];
    const answerCheck = await checkAgainst(
      (_, response) => response.end(JSON.stringify({ top: tops.shift(), trained: true })),
      { coffee: near },
    );

    expect(answerCheck).toMatchObject({
      state: 'passed',
      images: [{ answeredClass: 281 }, { expectedClass: 967, answeredClass: 968 }],
    });
  });

  it('falls where a probability is too far off, though the class is right, and says which', async () => {
    const tops = [
      [
        { class: 281, score: 0.6 },
        { class: 282, score: 0.211 },
      ],
      coffeeTop,
    ];
    const answerCheck = await checkAgainst((_, response) => {
      response.end(JSON.stringify({ top: tops.shift(), trained: true }));
    });

    expect(answerCheck).toMatchObject({
      state: 'failed',
      reason:
        '1 of 2 images with a probability more than 1 % off, first cat.jpg: class 282 has 0.211 instead of 0.2',
    });
    expect(answerCheck.images[0]?.difference).toEqual({
      class: 282,
      expected: 0.2,
      answered: 0.211,
    });
  });

  it('falls where an answer has no probabilities', async () => {
    const tops = [[{ class: 281 }, { class: 282 }], [{ class: 967 }]];
    const answerCheck = await checkAgainst((_, response) => {
      response.end(JSON.stringify({ top: tops.shift(), trained: true }));
    });

    expect(answerCheck.state).toBe('failed');
  });

  it('falls where there is no answer, and says why', async () => {
    const answerCheck = await checkAgainst((_, response) => {
      response.statusCode = 502;
      response.end(JSON.stringify({ code: 'INFER_UPSTREAM', message: 'it is gone' }));
    });

    expect(answerCheck.images[0]).toEqual({
      file: 'cat.jpg',
      expectedClass: 281,
      error: '502 INFER_UPSTREAM it is gone',
    });
  });

  it('falls where the connection breaks', async () => {
    const answerCheck = await checkAgainst((_, response) => response.destroy());

    expect(answerCheck.state).toBe('failed');
    expect(answerCheck.images[0]?.error).toContain('fetch failed');
  });
});
