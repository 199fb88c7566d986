import mlserver from '../../../middleware/servings/mlserver.ts';
import { describeCodec } from '../../support/describe-codec.ts';
import { inferSamples } from '../../support/open-inference-grpc.ts';
import { asLogits, forms, malformedAnswers, readBack } from '../../support/open-inference.ts';

const { json } = forms('output');

describeCodec({
  serving: 'mlserver',
  rest: {
    readBack,
    answers: {
      'a JSON answer': (scores) => json(asLogits(scores)),
      // As release 1.7.1 was seen to answer, with what its codec for NumPy adds.
      'a JSON answer with a content type': (scores) =>
        json(asLogits(scores), { parameters: { content_type: 'np' } }),
    },
    malformed: malformedAnswers('output'),
  },
  grpc: inferSamples({ input: 'input', output: 'output' }, asLogits),
});

describe('a call that MLServer cancels by itself', () => {
  it('waited too long for a busy server, which says no more than this', () => {
    expect(mlserver.grpc.meaningOf('CANCELLED', 'CANCELLED')).toBe('overloaded');
    expect(mlserver.grpc.meaningOf('UNKNOWN', 'model not found')).toBeUndefined();
  });
});
