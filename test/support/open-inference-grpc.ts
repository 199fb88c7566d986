import type { ServingRequest, ServingResponse } from '../../middleware/servings/serving.ts';
import { answerOf, bodyOf, floatsOf, type ProtocolSamples } from './describe-codec.ts';
import {
  officialInferRequest,
  officialInferResponse,
  type OfficialInferResponse,
  type OfficialTensor,
} from './official-messages/open-inference.ts';

type Scores = readonly number[];

const bytesOf = (scores: Scores): Buffer => Buffer.from(Float32Array.from(scores).buffer);
const flat: Scores = Array.from({ length: 1000 }, () => 0.001);

/** The floats of a request's one tensor, which lie beside its description. */
const readBack =
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
 * The Open Inference Protocol over gRPC, for a model with these tensors.
 * @param scoresOf - What the model answers for probabilities.
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
    readBack: readBack(names),
    answers: {
      'raw bytes': (scores) => raw(scoresOf(scores)),
      // The floats then begin at no multiple of four.
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
