import { CLASSIFIER } from '../../serving-configs/models/model.ts';
import { answerOf, type ProtocolSamples } from './describe-codec.ts';

const { nameOf } = CLASSIFIER.labels;

const topOf = (probabilities: readonly number[]): Record<string, number> =>
  Object.fromEntries(
    [...probabilities.entries()]
      .sort(([, a], [, b]) => b - a)
      .slice(0, 5)
      .map(([index, score]) => [nameOf(index), score]),
  );

/** For handlers that return classes by name: answers that every codec reads, and those that it rejects. */
export const labelAnswers: Pick<ProtocolSamples, 'answers' | 'malformed'> = {
  answers: {
    'a compact object': (probabilities) => answerOf(topOf(probabilities)),
    // As the server formats the handler's dictionary.
    'an indented object': (probabilities) =>
      answerOf(JSON.stringify(topOf(probabilities), null, 2)),
    'an object in another order': (probabilities) =>
      answerOf(Object.fromEntries(Object.entries(topOf(probabilities)).toReversed())),
  },
  malformed: {
    'an unknown class': answerOf({ tabby: 0.5, unicorn: 0.2 }),
    'a score that is not a number': answerOf({ tabby: '0.5' }),
    'a score above one': answerOf({ tabby: 7.3 }),
    'a score that is null': answerOf({ tabby: null }),
    NaN: answerOf('{"tabby": NaN}'),
    'its own error with status 200': answerOf({ code: 503, message: 'x' }),
  },
};
