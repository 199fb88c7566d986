/**
 * The server side of a platform's REST protocol, as pure functions from requests to answers. They open no sockets and do not run the
 * model: that is the job of the server that gets an {@link InferenceCall} from them.
 */
import type { Protocol, ServingManifest } from '../manifest.ts';
import type { ServedModel } from '../models/served-model.ts';
import { valuesOf, type NamedTensor } from '../models/tensors/tensor-body.ts';
import { sizeOfShape } from '../models/tensors/tensor-spec.ts';
import type { ServingCounters } from './statistics/serving-counters.ts';

export interface WireHead {
  readonly method: string;
  /** Without the query string. */
  readonly path: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

/** The input of a request: an image file, or the inputs of the model with the server's names. */
export type WireInput =
  | { readonly kind: 'image'; readonly bytes: Uint8Array }
  | { readonly kind: 'tensors'; readonly tensors: readonly NamedTensor[] };

/** The outputs of the model with the server's names. Those of the classifier are logits or probabilities, as the manifest says. */
export type WireOutput = readonly NamedTensor[];

/** The scores of the classes in the only output of the classifier. */
export const scoresOf = ([output]: WireOutput): Float32Array => {
  const scores = output && valuesOf(output);
  if (scores instanceof Float32Array) return scores;
  throw new Error('the model has no scores');
};

/** Why there is no output. */
export type WireFailure =
  | { readonly kind: 'bad-input'; readonly message: string }
  | { readonly kind: 'overloaded' }
  | { readonly kind: 'failed'; readonly message: string };

/** Combines a platform's answers to each kind of failure. */
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

export const jsonAnswer = (
  status: number,
  body: Uint8Array | string,
  headers: WireAnswer['headers'] = {},
): WireAnswer => ({ status, headers: { 'content-type': 'application/json', ...headers }, body });

/** A refusal with the platform's status and our own message. */
export const jsonError = (status: number, message: string): WireAnswer =>
  jsonAnswer(status, JSON.stringify({ error: message }));

/** The refusals of a platform over REST, given their HTTP statuses. */
export const failInJson = ({ badInput = 400, overloaded = 503, failed = 500 } = {}) =>
  failWith({
    badInput: (message) => jsonError(badInput, message),
    overloaded: () => jsonError(overloaded, 'too many requests'),
    failed: (message) => jsonError(failed, message),
  });

/** A request for the model. */
export interface InferenceCall<Answer = WireAnswer> {
  readonly kind: 'inference';
  readonly protocol: Protocol;
  /**
   * The format of the answer, found by a glance at the body, which it does not validate. Equal outputs in equal formats have equal
   * answers.
   */
  form(body: Uint8Array): string;
  /** @throws BadInput or UnreadableTensors if the body is not one that the middleware sends. */
  read(body: Uint8Array): WireInput;
  render(form: string, output: WireOutput): Answer;
  fail(failure: WireFailure): Answer;
}

/** A request for the times that the server counted. */
export interface StatisticsCall<Answer = WireAnswer> {
  readonly kind: 'statistics';
  render(counters: ServingCounters): Answer;
}

/** A request that needs no model: health, metadata, or a refusal. */
interface DirectAnswer {
  readonly kind: 'answer';
  readonly answer: WireAnswer;
}

export const answered = (answer: WireAnswer): DirectAnswer => ({ kind: 'answer', answer });

export interface Wire {
  /** How many requests may run or wait before the next one is refused as overload; absent if there is no limit. */
  readonly takesAtMost?: number;
  /** Whether it refuses a request with an expectation that it does not know (417), which the others ignore. */
  readonly refusesExpectations?: true;
  /** Whether it refuses a request without a Host (400). */
  readonly needsHost?: true;
  /** Handles a request once the model is ready; undefined if the protocol has no such route. */
  route(head: WireHead): DirectAnswer | InferenceCall | StatisticsCall | undefined;
}

/** A serving with its model. */
export interface ServedManifest extends ServingManifest {
  readonly served: ServedModel;
}

export type WireFactory = (manifest: ServedManifest) => Wire;

/** The input of a request does not fit the model. */
export class BadInput extends Error {
  override readonly name = 'BadInput';
}

/**
 * The only input of the classifier from little-endian 32-bit floats.
 * @throws BadInput if the number of bytes does not fit the shape.
 */
export const floatsInput = (
  { inputs: [input] }: ServedModel,
  bytes: Uint8Array,
  shape: readonly number[] = input?.shape ?? [],
): WireInput => {
  const wanted = 4 * sizeOfShape(shape);
  if (bytes.length !== wanted) {
    throw new BadInput(`the tensor has ${bytes.length} bytes instead of ${wanted}`);
  }
  return {
    kind: 'tensors',
    tensors: [{ name: input?.name ?? '', datatype: 'FP32', shape, bytes }],
  };
};

/** The little-endian bytes of 32-bit floats, as a view. */
export const bytesOf = (values: Float32Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
