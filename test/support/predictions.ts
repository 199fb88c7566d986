import { answerOf, type ProtocolSamples } from './describe-codec.ts';

interface Prediction {
  readonly class: number;
  readonly score: number;
}

/** The five best classes, as applications with a predict route return them. */
const predictionsOf = (probabilities: readonly number[]): readonly Prediction[] =>
  [...probabilities.entries()]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 5)
    .map(([index, score]) => ({ class: index, score }));

const five = (change: Partial<Record<'class' | 'score', unknown>> = {}): object => ({
  predictions: [0.5, 0.2, 0.1, 0.05, 0.01].map((score, index) => ({
    class: index,
    score,
    ...(index === 2 ? change : {}),
  })),
});

/** Answers that every codec of the predict route reads, and those that it rejects. */
export const predictionAnswers: Pick<ProtocolSamples, 'answers' | 'malformed'> = {
  answers: {
    'a compact object': (probabilities) => answerOf({ predictions: predictionsOf(probabilities) }),
    // As Python's json module writes it by default, with the fields in another order.
    'an object with blanks': (probabilities) => {
      const predictions = predictionsOf(probabilities).map(
        (prediction) => `{"score": ${prediction.score}, "class": ${prediction.class}}`,
      );
      return answerOf(`{"predictions": [${predictions.join(', ')}]}\n`);
    },
  },
  malformed: {
    'an object without predictions': answerOf({ error: 'x' }),
    'four predictions': answerOf({ predictions: predictionsOf([0.1, 0.2, 0.3, 0.4]) }),
    'an unknown class': answerOf(five({ class: 1000 })),
    'a score above one': answerOf(five({ score: 7.3 })),
    'a better class behind a worse one': answerOf(five({ score: 0.4 })),
    NaN: answerOf(JSON.stringify(five({ score: 'NaN' })).replace('"NaN"', 'NaN')),
  },
};
