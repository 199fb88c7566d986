import { manifestOf } from '../../../serving-configs/index.ts';
import kserve from '../../../middleware/servings/kserve.ts';
import { answerOf, describeCodec } from '../../support/describe-codec.ts';
import { inferSamples } from '../../support/open-inference-grpc.ts';
import { asLogits, forms, malformedAnswers, readBack } from '../../support/open-inference.ts';

const { json, binary } = forms('output');

describeCodec({
  serving: 'kserve',
  rest: {
    readBack,
    answers: {
      'a JSON answer': (scores) => json(asLogits(scores)),
      // As release 0.21.0 was seen to answer, with its members that are null.
      'a JSON answer with nulls': (scores) =>
        answerOf({
          model_name: 'resnet-50',
          model_version: null,
          id: 'b6a1',
          parameters: null,
          outputs: [
            {
              name: 'output',
              shape: [1, 1000],
              datatype: 'FP32',
              parameters: null,
              data: asLogits(scores),
            },
          ],
        }),
      'a binary answer': (scores) => binary(asLogits(scores)),
    },
    malformed: malformedAnswers('output'),
  },
  grpc: inferSamples({ input: 'input', output: 'output' }, asLogits),
});

describe('a request to KServe', () => {
  it('asks for each output in the form in which it sends its input', () => {
    const pixels = { width: 1, height: 1, data: new Uint8Array(3) };
    const { model } = manifestOf('kserve');
    const outputsOf = (encoding: 'binary' | 'json'): string =>
      Buffer.concat(
        kserve.rest.encode({ payload: 'tensor', pixels }, encoding, model).body,
      ).toString('latin1');

    expect(outputsOf('binary')).toContain(
      '"outputs":[{"name":"output","parameters":{"binary_data":true}}]',
    );
    expect(outputsOf('json')).toContain('"outputs":[{"name":"output"}]');
  });
});

describe('a call that KServe cancels by itself', () => {
  it('waited too long for a busy server, which says no more than this', () => {
    expect(kserve.grpc.meaningOf('CANCELLED', 'CANCELLED')).toBe('overloaded');
    expect(kserve.grpc.meaningOf('INTERNAL', 'Internal server error')).toBeUndefined();
  });
});
