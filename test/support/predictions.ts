import { answerOf, type ProtocolSamples } from './describe-codec.ts';

interface Prediction {
  readonly class: number;
  readonly score: number;
}

/** The five best classes as the applications of the predict route answer them. */
export const predictionsOf = (probabilities: readonly number[]): readonly Prediction[] =>
  [...probabilities.entries()]
    .sort(([, one], [, other]) => other - one)
    .slice(0, 5)
    .map(([index, score]) => ({ class: index, score }));

const five = (change: Partial<Record<'class' | 'score', unknown>> = {}): object => ({
  predictions: [0.5, 0.2, 0.1, 0.05, 0.01].map((score, place) => ({
    class: place,
    score,
    ...(place === 2 ? change : {}),
  })),
});

/** What every codec of that route reads, and what it complains about. */
export const predictionAnswers: Pick<ProtocolSamples, 'answers' | 'malformed'> = {
  answers: {
    'a compact object': (probabilities) => answerOf({ predictions: predictionsOf(probabilities) }),
    // As Python's json module writes it by default, with the members in another order.
    'an object with blanks': (probabilities) => {
      const predictions = predictionsOf(probabilities).map(
        (one) => `{"score": ${one.score}, "class": ${one.class}}`,
      );
      return answerOf(`{"predictions": [${predictions.join(', ')}]}\n`);
    },
  },
  malformed: {
    'an object without predictions': [answerOf({ error: 'x' }), /no list of 5 predictions/],
    'four predictions': [
      answerOf({ predictions: predictionsOf([0.1, 0.2, 0.3, 0.4]) }),
      /no list of 5 predictions/,
    ],
    'a prediction that is a number': [answerOf({ predictions: [1, 2, 3, 4, 5] }), /A prediction/],
    'a class that there is not': [answerOf(five({ class: 1000 })), /no class from 0 to 999/],
    'a class that is a name': [answerOf(five({ class: 'tabby' })), /no class from 0 to 999/],
    'a score that is no number': [answerOf(five({ score: '0.1' })), /class 2 is not a probab/],
    'a score above one': [answerOf(five({ score: 7.3 })), /class 2 is not a probability/],
    'a better class behind a worse one': [answerOf(five({ score: 0.4 })), /not in order/],
    NaN: [answerOf('{"predictions":[{"class":1,"score":NaN}]}'), /NaN where a number should be/],
  },
};
