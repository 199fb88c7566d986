/**
 * The server's side of a platform's REST protocol: pure functions from requests to answers, no socket, so that any
 * server may speak them. What computes is behind {@link InferenceCall}.
 */
import type { Protocol, ServingManifest } from '../manifest.ts';
import type { NamedTensor } from '../models/tensors/tensor-body.ts';
import { sizeOfShape, type TensorModel } from '../models/tensors/tensor-model.ts';

export interface WireHead {
  readonly method: string;
  /** Without a query. */
  readonly path: string;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

/** What the model shall look at. */
export type WireInput =
  | { readonly kind: 'image'; readonly bytes: Uint8Array }
  | {
      readonly kind: 'tensor';
      /** In the layout and normalisation of the manifest's model. */
      readonly values: Float32Array;
      /** Four dimensions, of which the first is 1. */
      readonly shape: readonly number[];
    }
  /** Those of a user's model, as it takes them. */
  | { readonly kind: 'tensors'; readonly tensors: readonly NamedTensor[] };

/** What the model answers: one score a class, of the kind that the manifest's model answers, or a user's model its tensors. */
export type WireOutput = Float32Array | readonly NamedTensor[];

/** What a wire that knows no other answer than scores makes of one. */
export const scoresOf = (output: WireOutput): Float32Array => {
  if (output instanceof Float32Array) return output;
  throw new Error('the answer has named tensors instead of scores');
};

/** What a wire of a user's model makes of an answer. */
export const namedTensorsOf = (output: WireOutput): readonly NamedTensor[] => {
  if (output instanceof Float32Array) throw new Error('the answer has no named tensors');
  return output;
};

/** Why a computation gave nothing. */
export type WireFailure =
  | { readonly kind: 'bad-input'; readonly message: string }
  | { readonly kind: 'overloaded' }
  | { readonly kind: 'failed'; readonly message: string };

/** What a platform answers instead of a result. */
export const failWith =
  <Answer>(answers: {
    readonly badInput: (message: string) => Answer;
    readonly overloaded: () => Answer;
    readonly failed: (message: string) => Answer;
  }) =>
  (failure: WireFailure): Answer => {
    if (failure.kind === 'overloaded') return answers.overloaded();
    return failure.kind === 'failed'
      ? answers.failed(failure.message)
      : answers.badInput(failure.message);
  };

/** An answer in JSON. */
export const jsonAnswer = (
  status: number,
  body: Uint8Array | string,
  headers: WireAnswer['headers'] = {},
): WireAnswer => ({ status, headers: { 'content-type': 'application/json', ...headers }, body });

/** A refusal: its status is that of the platform, its words are ours. */
export const jsonError = (status: number, message: string): WireAnswer =>
  jsonAnswer(status, JSON.stringify({ error: message }));

/** The refusals of a platform over REST, by their statuses. */
export const failInJson = ({ badInput = 400, overloaded = 503, failed = 500 } = {}) =>
  failWith({
    badInput: (message) => jsonError(badInput, message),
    overloaded: () => jsonError(overloaded, 'too many requests'),
    failed: (message) => jsonError(failed, message),
  });

/** A request that the model answers. */
export interface InferenceCall<Answer = WireAnswer> {
  readonly kind: 'inference';
  readonly protocol: Protocol;
  /**
   * How the answer must look, from a glance at the body: equal strings stand for equal answers to equal values. It does
   * not say that the body is right.
   */
  form(body: Uint8Array): string;
  /** @throws BadInput, of named tensors also UnreadableTensors, where the body is not what the middleware sends. */
  read(body: Uint8Array): WireInput;
  render(form: string, output: WireOutput): Answer;
  fail(failure: WireFailure): Answer;
}

/** A request that needs no model: health, or a refusal. */
interface DirectAnswer {
  readonly kind: 'answer';
  readonly answer: WireAnswer;
}

export const answered = (answer: WireAnswer): DirectAnswer => ({ kind: 'answer', answer });

export interface Wire {
  /** How many requests it works on or lets wait before it refuses one as overloaded; absent where it has no limit. */
  readonly takesAtMost?: number;
  /** What is done with a request once the model can compute; undefined for one that is not of this protocol. */
  route(head: WireHead): DirectAnswer | InferenceCall | undefined;
}

/** A serving, and with it the user's model that it serves instead of the manifest's. */
export interface ServedManifest extends ServingManifest {
  readonly tensorModel?: TensorModel;
}

export type WireFactory = (manifest: ServedManifest) => Wire;

/** Says that the input of a request is not what the model takes. */
export class BadInput extends Error {
  override readonly name = 'BadInput';
}

/**
 * The tensor of a shape in little-endian 32-bit floats.
 * @throws BadInput where they are more or fewer.
 */
export const tensorOf = (bytes: Uint8Array, shape: readonly number[]): WireInput => {
  const wanted = 4 * sizeOfShape(shape);
  if (bytes.length === wanted) return { kind: 'tensor', values: floatsOf(bytes), shape };
  throw new BadInput(`the tensor has ${bytes.length} bytes instead of ${wanted}`);
};

/**
 * Reads little-endian 32-bit floats. The bytes are copied where they do not start at a multiple of four.
 * @param bytes - Their number must be a multiple of four.
 */
const floatsOf = (bytes: Uint8Array): Float32Array => {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  return new Float32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4);
};

/** The bytes of 32-bit floats, little-endian, not copied. */
export const bytesOf = (values: Float32Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
