import { answerOf, describeCodec } from '../../support/describe-codec.ts';
import { inferSamples } from '../../support/open-inference-grpc.ts';
import { asLogits, forms, malformedAnswers, readBack } from '../../support/open-inference.ts';

const { json, binary } = forms('output');

describeCodec({
  serving: 'ovms',
  rest: {
    readBack,
    answers: {
      'a JSON answer': (scores) => json(asLogits(scores)),
      'a JSON answer of many lines': (scores) => {
        const { body } = json(asLogits(scores));
        return answerOf(JSON.stringify(JSON.parse(Buffer.from(body).toString()), null, 4));
      },
      'a binary answer': (scores) => binary(asLogits(scores)),
    },
    malformed: malformedAnswers('output'),
  },
  grpc: inferSamples({ input: 'input', output: 'output' }, asLogits),
});
