import type { InferenceCall, WireAnswer, WireFailure, WireInput } from '../wire.ts';
import { answerFormOf } from './answer-form.ts';

/** What a platform does with a request of the REST API with the binary tensor extension. */
export interface InferencePlatform {
  /** @param jsonLength - How many bytes of JSON come first. */
  readonly read: (body: Uint8Array, jsonLength: number) => WireInput;
  readonly render: (form: string, values: Float32Array) => WireAnswer;
  readonly fail: (failure: WireFailure) => WireAnswer;
}

/**
 * An `infer` request.
 * @param header - Its `inference-header-content-length`; without it all of the body is JSON.
 */
export const inferenceCall = (
  header: string | string[] | undefined,
  { read, render, fail }: InferencePlatform,
): InferenceCall => {
  const jsonLengthOf = (body: Uint8Array): number =>
    header === undefined ? body.length : Number(header);
  return {
    kind: 'inference',
    protocol: 'rest',
    form: (body) => answerFormOf(body, jsonLengthOf(body)),
    read: (body) => read(body, jsonLengthOf(body)),
    render,
    fail,
  };
};
