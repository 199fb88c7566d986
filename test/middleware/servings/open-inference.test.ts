import { codecOf } from '../../../middleware/servings/index.ts';
import type { ServingName } from '../../../serving-configs/index.ts';
import { classifierOf, imageInput } from '../../support/codec-inputs.ts';
import {
  answerOf,
  bodyOf,
  describeCodec,
  floatsOf,
  type Malformed,
  type ProtocolSamples,
} from '../../support/describe-codec.ts';
import type { ServingRequest, ServingResponse } from '../../../middleware/servings/serving.ts';
import {
  officialInferRequest,
  officialInferResponse,
  type OfficialInferResponse,
  type OfficialTensor,
} from '../../support/official-messages/open-inference.ts';

interface InferTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly datatype: string;
  readonly data?: readonly number[];
  readonly parameters?: { readonly binary_data_size?: number; readonly binary_data?: boolean };
}

interface InferRequest {
  readonly inputs: readonly [InferTensor];
  readonly outputs: readonly [InferTensor];
}

/** The JSON header of a request. */
const headerOf = (request: ServingRequest): InferRequest => {
  const length = request.headers['inference-header-content-length'];
  const json = bodyOf(request).subarray(0, length === undefined ? undefined : Number(length));
  return JSON.parse(json.toString('latin1')) as InferRequest;
};

/** Reads the numbers of a request's tensor, from its JSON or from the bytes after it. */
const readBack = (request: ServingRequest): ArrayLike<number> => {
  const { inputs } = headerOf(request);
  const [{ data, shape, datatype, parameters }] = inputs;
  expect(datatype).toBe('FP32');
  expect(shape).toHaveLength(4);
  if (data !== undefined) return data;
  const tail = bodyOf(request).subarray(Number(request.headers['inference-header-content-length']));
  expect(parameters?.binary_data_size).toBe(tail.length);
  return floatsOf(tail);
};

type Scores = readonly number[];
/** Logits whose softmax is the given scores. */
const asLogits = (scores: Scores): Scores => scores.map((score) => Math.log(score) + 40);
const asProbabilities = (scores: Scores): Scores => scores;

/** Creates answers in both forms. `change` overrides fields of the output, `rest` those of the answer. */
const forms = (name: string) => {
  const output = { name, datatype: 'FP32', shape: [1, 1000] };
  const json = (scores: Scores, change: object = {}, rest: object = {}): ServingResponse =>
    answerOf({
      model_name: 'm',
      model_version: '1',
      outputs: [{ ...output, data: scores, ...change }],
      ...rest,
    });
  const binary = (scores: Scores, change: object = {}, padding = ''): ServingResponse => {
    const parameters = { binary_data_size: scores.length * 4 };
    const header = Buffer.from(
      JSON.stringify({ outputs: [{ ...output, parameters, ...change }] }) + padding,
    );
    const body = Buffer.concat([header, bytesOf(scores)]);
    return answerOf(body, { 'inference-header-content-length': String(header.length) });
  };
  return { json, binary };
};

/** Cuts an answer off at `end`, which counts from the end if negative. */
const cut = (response: ServingResponse, end: number): ServingResponse => ({
  ...response,
  body: response.body.subarray(0, end),
});

const flat: Scores = Array.from({ length: 1000 }, () => 0.001);

/** Answers over REST that every codec of the protocol rejects. */
const malformedAnswers = (outputName: string): Malformed => {
  const { json, binary } = forms(outputName);
  const correct = json(flat);
  const output = { name: outputName, datatype: 'FP32', shape: [1, 1000], data: flat };
  return {
    'no output': answerOf({ outputs: [] }),
    'another name': json(flat, { name: 'other' }),
    'another shape': json(flat, { shape: [1, 999] }),
    'too little data': json([1, 2]),
    'NaN in JSON': answerOf(JSON.stringify({ outputs: [output] }).replace('0.001', 'NaN')),
    'NaN in bytes': binary(flat.with(3, Number.NaN)),
    'too few bytes': cut(binary(flat), -4),
    'too many bytes': binary([...flat, 1]),
    'a declared size but no bytes': json(flat, { parameters: { binary_data_size: 4000 } }),
    'a header length beyond the body': {
      ...correct,
      headers: { 'inference-header-content-length': String(correct.body.length + 1) },
    },
  };
};

const bytesOf = (scores: Scores): Buffer => Buffer.from(Float32Array.from(scores).buffer);

/** Reads the floats of a request's tensor and checks its other fields. */
const readMessageBack =
  (names: { readonly input: string; readonly output: string }) =>
  (request: ServingRequest): Float32Array => {
    expect(request.path).toBe('/inference.GRPCInferenceService/ModelInfer');
    const {
      inputs,
      outputs,
      raw_input_contents: raw,
      ...rest
    } = officialInferRequest.read(bodyOf(request));
    expect(rest).toEqual({ model_name: expect.any(String) as string });
    expect(inputs).toEqual([
      { name: names.input, datatype: 'FP32', shape: expect.any(Array) as number[] },
    ]);
    expect(outputs).toEqual([{ name: names.output }]);
    expect(raw).toHaveLength(1);
    const floats = floatsOf(raw?.[0] ?? Buffer.alloc(0));
    const shape = inputs?.[0]?.shape ?? [];
    expect(shape).toHaveLength(4);
    expect(shape.reduce((product, size) => product * size, 1)).toBe(floats.length);
    return floats;
  };

/**
 * Samples of the Open Inference Protocol over gRPC, for a model with these tensors.
 *
 * @param scoresOf converts probabilities into the model's output
 */
const inferSamples = (
  names: { readonly input: string; readonly output: string },
  scoresOf: (probabilities: Scores) => Scores,
): ProtocolSamples => {
  const output: OfficialTensor = { name: names.output, datatype: 'FP32', shape: [1, 1000] };
  const answer = (change: OfficialInferResponse): ServingResponse =>
    answerOf(
      officialInferResponse.write({
        model_name: 'm',
        model_version: '1',
        outputs: [output],
        ...change,
      }),
    );
  const raw = (scores: Scores, change: OfficialInferResponse = {}): ServingResponse =>
    answer({ raw_output_contents: [bytesOf(scores)], ...change });
  const numbers = (scores: Scores): ServingResponse =>
    answer({ outputs: [{ ...output, contents: { fp32_contents: scores } }] });
  const described = (change: OfficialTensor): ServingResponse =>
    raw(flat, { outputs: [{ ...output, ...change }] });

  return {
    readBack: readMessageBack(names),
    answers: {
      'raw bytes': (scores) => raw(scoresOf(scores)),
      // The floats then start at an offset that is not a multiple of four.
      'raw bytes behind an id': (scores) => raw(scoresOf(scores), { id: 'a' }),
      'raw bytes with parameters': (scores) =>
        raw(scoresOf(scores), {
          parameters: { sequence_end: { bool_param: true } },
          outputs: [{ ...output, parameters: { content_type: { string_param: 'np' } } }],
        }),
      numbers: (scores) => numbers(scoresOf(scores)),
    },
    malformed: {
      'no output': raw(flat, { outputs: [] }),
      'another name': described({ name: 'other' }),
      'another shape': described({ shape: [1, 999] }),
      'too few bytes': raw(flat.slice(1)),
      'too many bytes': raw([...flat, 1]),
      'NaN in bytes': raw(flat.with(3, Number.NaN)),
      'NaN among the numbers': numbers(flat.with(3, Number.NaN)),
    },
  };
};

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
