import { join } from 'node:path';
import type { AnswerCheck, ScoredClass } from '../../../../lib/bench/model/record.ts';
import { checkAnswers } from '../../../../lib/bench/run/answer-check.ts';
import { listenHttp, type Handler } from '../../../support/http-server.ts';
import { recordedTargets } from '../../../support/recorded-run.ts';

const [target] = recordedTargets();

const catTop = [
  { class: 281, score: 0.6 },
  { class: 282, score: 0.2 },
];
const coffeeTop = [{ class: 967, score: 0.9 }];

interface Expectations {
  readonly coffee?: readonly ScoredClass[];
  readonly trained?: boolean;
}

/** Checks a cat and a coffee against a middleware that answers as it is told. */
const checkAgainst = async (
  handler: Handler,
  { trained = true, coffee = coffeeTop }: Expectations = {},
): Promise<AnswerCheck> => {
  const server = await listenHttp(handler);
  try {
    return await checkAnswers({
      target,
      engine: 'onnx',
      middlewareUrl: server.url,
      imagesDir: join(import.meta.dirname, '../../../../k6/images'),
      files: ['cat.jpg', 'coffee.jpg'],
      expected: [catTop, coffee],
      tolerance: 0.01,
      trained,
      timeoutMs: 5000,
      signal: new AbortController().signal,
    });
  } finally {
    await server.close();
  }
};

/** Checks against a middleware that gives the cat and the coffee these best classes. */
const checkTops = (tops: readonly object[], expectations?: Expectations): Promise<AnswerCheck> => {
  const left = [...tops];
  return checkAgainst(
    (_, response) => response.end(JSON.stringify({ top: left.shift(), trained: true })),
    expectations,
  );
};

describe('The check of the answers of a target', () => {
  it('passes where every image gets its class and its probabilities', async () => {
    const [, second] = catTop;
    const answerCheck = await checkTops([[{ class: 281, score: 0.605 }, second], coffeeTop]);

    expect(answerCheck).toMatchObject({ state: 'passed', relativeTolerance: 0.01 });
    expect(answerCheck.images.map((image) => image.largestRelativeDifference)).toEqual([
      expect.closeTo(0.005 / 0.6),
      0,
    ]);
    expect(answerCheck.reason).toBeUndefined();
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

  it('passes where two best classes within the tolerance have changed places', async () => {
    const [answered, expected] = [
      [968, 967],
      [967, 968],
    ].map(([first = 0, second = 0]) => [
      { class: first, score: 0.4499 },
      { class: second, score: 0.4498 },
    ]);
    const answerCheck = await checkTops([catTop, answered ?? []], { coffee: expected ?? [] });

    expect(answerCheck).toMatchObject({
      state: 'passed',
      images: [{ answeredClass: 281 }, { expectedClass: 967, answeredClass: 968 }],
    });
  });

  it('fails where one class is another, and says which', async () => {
    expect(await checkTops([catTop, catTop])).toMatchObject({
      state: 'failed',
      images: [{}, { file: 'coffee.jpg', expectedClass: 967, answeredClass: 281 }],
      reason: expect.stringContaining('coffee.jpg: class 281 instead of 967') as unknown,
    });
  });

  it('fails where a probability is too far off, though the class is right, and says which', async () => {
    const [first] = catTop;

    expect(await checkTops([[first, { class: 282, score: 0.211 }], coffeeTop])).toMatchObject({
      state: 'failed',
      images: [{ difference: { class: 282, expected: 0.2, answered: 0.211 } }, {}],
      reason: expect.stringContaining('cat.jpg: class 282 has 0.211 instead of 0.2') as unknown,
    });
  });

  it.each<[string, Handler, string]>([
    [
      'there is no answer',
      (_, response) =>
        response
          .writeHead(502)
          .end(JSON.stringify({ code: 'INFER_UPSTREAM', message: 'it is gone' })),
      '502 INFER_UPSTREAM it is gone',
    ],
    ['the connection breaks', (_, response) => response.destroy(), 'fetch failed'],
  ])('fails where %s, and says why', async (_, handler, error) => {
    expect(await checkAgainst(handler)).toMatchObject({
      state: 'failed',
      images: [
        { file: 'cat.jpg', expectedClass: 281, error: expect.stringContaining(error) as unknown },
        {},
      ],
    });
  });
});
