import { describeCodec } from '../../support/describe-codec.ts';
import { asLogits, forms, malformedAnswers, readBack } from '../../support/open-inference.ts';

const { json } = forms('output');

describeCodec({
  serving: 'mlserver',
  readBack,
  answers: {
    'a JSON answer': (scores) => json(asLogits(scores)),
    // As release 1.7.1 was seen to answer, with what its codec for NumPy adds.
    'a JSON answer with a content type': (scores) =>
      json(asLogits(scores), { parameters: { content_type: 'np' } }),
  },
  malformed: malformedAnswers('output'),
});
