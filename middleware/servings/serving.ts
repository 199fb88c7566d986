import {
  TENSORS,
  type Encoding,
  type Payload,
  type PixelPayload,
} from '../../serving-configs/manifest.ts';
import type { ScoredClass } from '../../serving-configs/models/best-classes.ts';
import type { ServedModel } from '../../serving-configs/models/served-model.ts';
import type { NamedTensor } from '../../serving-configs/models/tensors/tensor-body.ts';
import type { ImageTensor, InputTensor } from './input-tensor.ts';

/** What a request carries: a file that the serving decodes, an image as a tensor, or all inputs of a model. */
export type CodecInput =
  | { readonly payload: 'image'; readonly bytes: Uint8Array; readonly mediaType: string }
  | { readonly payload: PixelPayload; readonly image: ImageTensor }
  | { readonly payload: typeof TENSORS; readonly tensors: readonly InputTensor[] };

/** The tensors of an input; undefined if it is a file, or the unresized image of the study. */
export const tensorsIn = (input: CodecInput): readonly InputTensor[] | undefined => {
  if (input.payload === TENSORS) return input.tensors;
  return input.payload === 'tensor' ? [input.image] : undefined;
};

/** A request to a serving, without host and port: an HTTP request or the message of a gRPC call. */
export interface ServingRequest {
  readonly method: 'POST';
  /** The path from the root of the server, e.g. `/v2/models/NAME/infer`; for gRPC the full name of the method. */
  readonly path: string;
  /** Empty for gRPC. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body or the encoded message, in parts that are sent one after the other, so that none has to be copied. */
  readonly body: readonly Uint8Array[];
  /**
   * Returns the memory of the body to its pool, where the next request overwrites it. The transport calls it at most once,
   * when the answer has arrived in full. Without this call, the memory is garbage-collected.
   */
  readonly release?: () => void;
}

/** A successful answer of a serving: an HTTP response or the message of a gRPC call. */
export interface ServingResponse {
  /** Header names in lower case; for gRPC the initial metadata. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

/** What a serving answers: the outputs of the model, or the best classes that it has chosen itself, best first, at most five. */
export type Answer =
  | { readonly kind: 'outputs'; readonly outputs: readonly NamedTensor[] }
  | { readonly kind: 'classes'; readonly classes: readonly ScoredClass[] };

/** What a gRPC status means for the client of the middleware. */
type RefusalMeaning = 'overloaded' | 'rejected';

/**
 * How to talk to a platform over one protocol: pure functions without a socket. All codecs share the same transports, so
 * that differences between results are differences between servings.
 */
export interface Codec {
  /** Whether it writes FP16 as JSON numbers, which the Open Inference Protocol does not allow. */
  readonly takesHalvesInJson?: boolean;
  encode(input: CodecInput, encoding: Encoding, model: ServedModel): ServingRequest;
  /**
   * Reads the answer to a request with a payload.
   * @throws MalformedAnswer if the answer violates the protocol, or does not have the outputs of the model.
   */
  decode(response: ServingResponse, model: ServedModel, payload: CodecInput['payload']): Answer;
  /**
   * The meaning of a gRPC status that the platform uses differently from the gRPC specification; undefined for any other.
   * @param code - Name of the status, e.g. `INTERNAL`.
   */
  readonly meaningOf?: (code: string, details: string) => RefusalMeaning | undefined;
}

/** The codecs of one platform, one per protocol. */
export interface ServingCodecs {
  readonly rest: Codec;
  readonly grpc?: Codec;
}

/** A serving answered successfully, but its answer violates its protocol. */
export class MalformedAnswer extends Error {
  override readonly name = 'MalformedAnswer';
}

/** The error for a payload or an encoding that a codec does not write. The routes never let one through. */
export const unsupported = (
  payload: Payload | typeof TENSORS,
  encoding: Encoding,
  model: Pick<ServedModel, 'name'>,
): Error => new Error(`no codec for payload "${payload}" as ${encoding} to model "${model.name}"`);
