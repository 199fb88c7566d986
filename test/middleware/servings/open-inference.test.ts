import { codecOf } from '../../../middleware/servings/index.ts';
import type { ServingName } from '../../../serving-configs/index.ts';
import { classifierOf, imageInput } from '../../support/codec-inputs.ts';
import { answerOf, describeCodec, type ProtocolSamples } from '../../support/describe-codec.ts';
import {
  asLogits,
  asProbabilities,
  forms,
  headerOf,
  inferSamples,
  malformedAnswers,
  readBack,
} from '../../support/open-inference.ts';

const usual = forms('output');

/** Further answers of each platform. */
const otherAnswers: Readonly<Record<'kserve' | 'mlserver' | 'ovms', ProtocolSamples['answers']>> = {
  kserve: {
    // As recorded from release 0.21.0, with members that are null.
    'a JSON answer with nulls': (scores) =>
      usual.json(asLogits(scores), { parameters: null }, { model_version: null, parameters: null }),
    'a binary answer': (scores) => usual.binary(asLogits(scores)),
  },
  mlserver: {
    // As recorded from release 1.7.1, whose codec for NumPy adds parameters.
    'a JSON answer with a content type': (scores) =>
      usual.json(asLogits(scores), { parameters: { content_type: 'np' } }),
  },
  ovms: {
    'a JSON answer of many lines': (scores) => {
      const { body } = usual.json(asLogits(scores));
      return answerOf(JSON.stringify(JSON.parse(Buffer.from(body).toString()), null, 4));
    },
    'a binary answer': (scores) => usual.binary(asLogits(scores)),
  },
};

for (const serving of ['kserve', 'mlserver', 'ovms'] as const) {
  describeCodec({
    serving,
    rest: {
      readBack,
      answers: {
        'a JSON answer': (scores) => usual.json(asLogits(scores)),
        ...otherAnswers[serving],
      },
      malformed: malformedAnswers('output'),
    },
    grpc: inferSamples({ input: 'input', output: 'output' }, asLogits),
  });
}

for (const [serving, names, scoresOf] of [
  ['triton_pytorch', { input: 'INPUT__0', output: 'OUTPUT__0' }, asLogits],
  ['triton_tensorflow', { input: 'image', output: 'probs' }, asProbabilities],
  ['triton_onnx', { input: 'input', output: 'output' }, asLogits],
  ['triton_tensorrt', { input: 'input', output: 'output' }, asLogits],
] as const) {
  const { json, binary } = forms(names.output);
  describeCodec({
    serving,
    rest: {
      readBack,
      answers: {
        'a JSON answer': (scores) => json(scoresOf(scores)),
        'a binary answer': (scores) => binary(scoresOf(scores)),
        // The offset of the floats is then not a multiple of four.
        'a binary answer after a blank': (scores) => binary(scoresOf(scores), {}, ' '),
      },
      malformed: malformedAnswers(names.output),
    },
    grpc: inferSamples(names, scoresOf),
  });
}

describe('A request of the Open Inference Protocol', () => {
  const data = new Uint8Array(150528);
  const inputOf = (serving: ServingName) =>
    imageInput(serving, 'tensor', { width: 224, height: 224, data });

  it.each([
    [
      'triton_pytorch',
      '/v2/models/resnet50-torch/infer',
      'INPUT__0',
      [1, 3, 224, 224],
      'OUTPUT__0',
    ],
    ['triton_tensorflow', '/v2/models/resnet50-tf/infer', 'image', [1, 224, 224, 3], 'probs'],
    ['triton_onnx', '/v2/models/resnet50-onnx/infer', 'input', [1, 3, 224, 224], 'output'],
    ['triton_tensorrt', '/v2/models/resnet50-trt/infer', 'input', [1, 3, 224, 224], 'output'],
  ] as const)('to %s names tensors, shape and path', (serving, path, name, shape, output) => {
    for (const encoding of ['binary', 'json'] as const) {
      const model = classifierOf(serving);
      const request = codecOf(serving).rest.encode(inputOf(serving), encoding, model);
      const { inputs, outputs } = headerOf(request);

      expect(request.path).toBe(path);
      expect(inputs).toHaveLength(1);
      expect(inputs[0]).toMatchObject({ name, shape, datatype: 'FP32' });
      expect(outputs).toMatchObject([{ name: output }]);
    }
  });

  it('requests a binary answer and sends header and floats in one buffer', () => {
    const request = codecOf('triton_pytorch').rest.encode(
      inputOf('triton_pytorch'),
      'binary',
      classifierOf('triton_pytorch'),
    );

    expect(request.body.map((part) => part.length)).toEqual([
      Number(request.headers['inference-header-content-length']) + 602112,
    ]);
    expect(request.headers['content-type']).toBe('application/octet-stream');
    expect(headerOf(request).outputs[0].parameters).toEqual({ binary_data: true });
  });

  it('to KServe requests JSON if it sends JSON', () => {
    const input = inputOf('kserve');
    const request = codecOf('kserve').rest.encode(input, 'json', classifierOf('kserve'));

    expect(request.headers).toEqual({ 'content-type': 'application/json' });
    expect(headerOf(request).outputs).toEqual([{ name: 'output' }]);
  });

  it.each([
    ['KServe', codecOf('kserve')],
    ['MLServer', codecOf('mlserver')],
  ])('that %s cancels counts as an overload', (_, { grpc }) => {
    expect(grpc?.meaningOf?.('CANCELLED', 'CANCELLED')).toBe('overloaded');
    expect(grpc?.meaningOf?.('INTERNAL', 'Internal server error')).toBeUndefined();
    expect(grpc?.meaningOf?.('UNKNOWN', 'model not found')).toBeUndefined();
  });
});
