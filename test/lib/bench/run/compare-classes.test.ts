import { join } from 'node:path';
import type { AnswerCheck, ClassScore } from '../../../../lib/bench/model/record.ts';
import { checkAnswers } from '../../../../lib/bench/run/answer-judge.ts';
import {
  compareClasses,
  compareScores,
  scoreTolerance,
} from '../../../../lib/bench/run/compare-classes.ts';
import { listenHttp, type Handler } from '../../../support/http-server.ts';
import { recordedTargets } from '../../../support/recorded-run.ts';

const [target] = recordedTargets();

const catTop = [
  { class: 281, score: 0.6 },
  { class: 282, score: 0.2 },
];
const coffeeTop = [{ class: 967, score: 0.9 }];

interface Expectations {
  readonly coffee?: readonly ClassScore[];
  readonly trained?: boolean;
}

/** Checks the images of a cat and a coffee against a middleware with this handler. */
const checkAgainst = async (
  handler: Handler,
  { trained = true, coffee = coffeeTop }: Expectations = {},
): Promise<AnswerCheck> => {
  const server = await listenHttp(handler);
  const { signal } = new AbortController();
  return checkAnswers(
    { target, engine: 'onnx', middlewareUrl: server.url, timeoutMs: 60_000, signal },
    compareClasses({
      imagesDir: join(import.meta.dirname, '../../../../k6/images'),
      files: ['cat.jpg', 'coffee.jpg'],
      expected: [catTop, coffee],
      tolerance: 0.01,
      trained,
    }),
  );
};

/** Checks against a middleware that answers the two images with these best classes. */
const checkTops = (tops: readonly object[], expectations?: Expectations): Promise<AnswerCheck> => {
  const left = [...tops];
  return checkAgainst(
    (_, response) => response.end(JSON.stringify({ top: left.shift(), trained: true })),
    expectations,
  );
};

describe('The check of the answers of a target', () => {
  it('passes if every image gets its class and its probabilities', async () => {
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
    { model: true, answer: true, trained: true },
    { model: true, answer: false, trained: false },
    { model: true, answer: undefined, trained: true },
    { model: false, answer: true, trained: false },
    { model: false, answer: undefined, trained: false },
  ])(
    'treats the weights as trained: $trained, if the model says $model and the answer $answer',
    async ({ model, answer, trained }) => {
      const answerCheck = await checkAgainst(
        (_, response) => response.end(JSON.stringify({ top: catTop, trained: answer })),
        { trained: model },
      );

      expect(answerCheck.trained).toBe(trained);
    },
  );

  it('passes if two best classes within the tolerance are swapped', async () => {
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

  it('fails if an image gets the wrong class, and names the image', async () => {
    expect(await checkTops([catTop, catTop])).toMatchObject({
      state: 'failed',
      images: [{}, { file: 'coffee.jpg', expectedClass: 967, answeredClass: 281 }],
      reason: expect.stringMatching(/coffee\.jpg: .*\b281\b.*\b967\b/) as unknown,
    });
  });

  it('fails if a probability is too far off, though the class is correct, and says which', async () => {
    const [first] = catTop;

    expect(await checkTops([[first, { class: 282, score: 0.211 }], coffeeTop])).toMatchObject({
      state: 'failed',
      images: [{ difference: { class: 282, expected: 0.2, answered: 0.211 } }, {}],
      reason: expect.stringMatching(/cat\.jpg: .*\b282\b.*\b0\.211\b.*\b0\.2$/) as unknown,
    });
  });

  it.each<[string, Handler, string, string]>([
    [
      'there is no answer',
      (_, response) =>
        response
          .writeHead(502)
          .end(JSON.stringify({ code: 'INFER_UPSTREAM', message: 'it is gone' })),
      'no-answer',
      '502 INFER_UPSTREAM it is gone',
    ],
    ['the connection breaks', (_, response) => response.destroy(), 'no-answer', 'fetch failed'],
    [
      'an answer is not understood',
      (_, response) =>
        response
          .writeHead(502, { 'infer-code': 'INFER_UPSTREAM_MALFORMED' })
          .end(JSON.stringify({ code: 'INFER_UPSTREAM_MALFORMED', message: 'NaN' })),
      'not-understood',
      '502 INFER_UPSTREAM_MALFORMED NaN',
    ],
  ])('fails if %s, and says why', async (_, handler, fault, error) => {
    expect(await checkAgainst(handler)).toMatchObject({
      state: 'failed',
      fault,
      images: [
        {
          file: 'cat.jpg',
          fault,
          expectedClass: 281,
          error: expect.stringContaining(error) as unknown,
        },
        {},
      ],
    });
  });
});

const scores = (text: Readonly<Record<number, number>>): readonly ClassScore[] =>
  Object.entries(text)
    .map(([index, score]) => ({ class: Number(index), score }))
    .toSorted((a, b) => b.score - a.score);

const anywhere = expect.anything() as object;
const correct = scores({ 1: 0.5, 2: 0.2, 3: 0.1 });

describe('The distance between two answers', () => {
  it.each<[string, readonly ClassScore[], number, object]>([
    ['zero if they are the same', correct, 0, anywhere],
    [
      'the largest difference of a probability, as a share of the correct one',
      scores({ 1: 0.49, 2: 0.23, 3: 0.1 }),
      0.15,
      { class: 2, expected: 0.2, answered: 0.23 },
    ],
    [
      'small if two classes change places at the end of the list',
      scores({ 1: 0.5, 2: 0.2, 9: 0.101 }),
      0.01,
      anywhere,
    ],
    [
      'the difference to the lowest probability in the answer if a class is missing from it',
      scores({ 1: 0.5, 8: 0.12, 9: 0.11 }),
      0.45,
      { class: 2, expected: 0.2, answered: 0.11, atMost: 'answered' },
    ],
    [
      'the difference to the lowest correct probability if a class should not be in the answer',
      scores({ 1: 0.5, 9: 0.4, 2: 0.2 }),
      3,
      { class: 9, expected: 0.1, answered: 0.4, atMost: 'expected' },
    ],
    ['the whole probability if a shorter answer lacks the class', scores({ 1: 0.5 }), 1, anywhere],
  ])('is %s', (_, answered, largest, at) => {
    const distance = compareScores(correct, answered);

    expect(distance.largest).toBeCloseTo(largest);
    expect(distance.at).toEqual(at);
  });

  it('is the largest possible, 1000, if a probability is not a number', () => {
    const broken = [{ class: 1 }, { class: 2 }, { class: 3 }] as unknown as readonly ClassScore[];

    expect(compareScores(correct, broken).largest).toBe(1000);
  });

  it('is relative to a thousandth if the correct one is less', () => {
    const tail = scores({ 1: 0.999, 2: 0.000_001 });

    expect(compareScores(tail, scores({ 1: 0.999, 2: 0.000_002 })).largest).toBeCloseTo(0.001);
  });
});

describe('The tolerance of probabilities', () => {
  it('is the same for a tensor and an image if the same libraries decode and compute', () => {
    for (const runtime of ['simulated', 'venv'] as const) {
      expect(scoreTolerance({ payload: 'image' }, runtime)).toBe(
        scoreTolerance({ payload: 'tensor' }, runtime),
      );
    }
  });

  it('is wider in containers, and widest for an image that they decode', () => {
    const here = scoreTolerance({ payload: 'tensor' }, 'venv');
    const tensor = scoreTolerance({ payload: 'tensor' }, 'docker');

    expect(tensor).toBeGreaterThan(here);
    expect(scoreTolerance({ payload: 'image' }, 'container')).toBeGreaterThan(tensor);
  });

  it('still tells the small probabilities of random weights apart', () => {
    const random = scores({ 1: 0.052, 2: 0.044, 3: 0.024 });
    const other = scores({ 1: 0.052, 4: 0.024, 5: 0.02 });

    expect(compareScores(random, other).largest).toBeGreaterThan(
      scoreTolerance({ payload: 'tensor' }, 'container'),
    );
  });
});
