import type { ServingRequest, ServingResponse } from '../../middleware/servings/serving.ts';
import { answerOf, bodyOf, floatsOf, type Malformed } from './describe-codec.ts';

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

/** What a request says of its tensors. */
export const headerOf = (request: ServingRequest): InferRequest => {
  const length = request.headers['inference-header-content-length'];
  const json = bodyOf(request).subarray(0, length === undefined ? undefined : Number(length));
  return JSON.parse(json.toString('latin1')) as InferRequest;
};

/** The numbers of a request's tensor, from its JSON or from the bytes behind it. */
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
/** Logits whose softmax the scores are. */
export const asLogits = (scores: Scores): Scores => scores.map((score) => Math.log(score) + 40);
export const asTheyAre = (scores: Scores): Scores => scores;

/** Both forms of an answer; `change` alters the description of the output, `rest` what stands beside it. */
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
    const body = Buffer.concat([header, Buffer.from(Float32Array.from(scores).buffer)]);
    return answerOf(body, { 'inference-header-content-length': String(header.length) });
  };
  return { json, binary };
};

/** The answer without what lies behind `end`, counted from its end where negative. */
const cut = (response: ServingResponse, end: number): ServingResponse => ({
  ...response,
  body: response.body.subarray(0, end),
});

const flat: Scores = Array.from({ length: 1000 }, () => 0.001);

/** What every codec of the protocol complains about in an answer over REST. */
export const malformedAnswers = (outputName: string): Malformed => {
  const { json, binary } = forms(outputName);
  const right = json(flat);
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
      ...right,
      headers: { 'inference-header-content-length': String(right.body.length + 1) },
    },
  };
};
