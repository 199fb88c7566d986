import type { ServingRequest, ServingResponse } from '../../middleware/servings/serving.ts';
import {
  answerOf,
  bodyOf,
  floatsOf,
  type Malformed,
  type ProtocolSamples,
} from './describe-codec.ts';
import {
  officialInferRequest,
  officialInferResponse,
  type OfficialInferResponse,
  type OfficialTensor,
} from './official-messages/open-inference.ts';

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
export const headerOf = (request: ServingRequest): InferRequest => {
  const length = request.headers['inference-header-content-length'];
  const json = bodyOf(request).subarray(0, length === undefined ? undefined : Number(length));
  return JSON.parse(json.toString('latin1')) as InferRequest;
};

/** Reads the numbers of a request's tensor, from its JSON or from the bytes after it. */
export const readBack = (request: ServingRequest): ArrayLike<number> => {
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
export const asLogits = (scores: Scores): Scores => scores.map((score) => Math.log(score) + 40);
export const asProbabilities = (scores: Scores): Scores => scores;

/** Creates answers in both forms. `change` overrides fields of the output, `rest` those of the answer. */
export const forms = (name: string) => {
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
export const malformedAnswers = (outputName: string): Malformed => {
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
export const inferSamples = (
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
