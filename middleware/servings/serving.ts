import type { Encoding, ModelContract, Payload, TENSORS } from '../../serving-configs/manifest.ts';
import type { ScoredClass } from '../../serving-configs/models/best-classes.ts';
import type { Pixels } from '../../serving-configs/models/input/geometry.ts';
import type { NamedTensor } from '../../serving-configs/models/tensors/tensor-body.ts';
import type { TensorModel } from '../../serving-configs/models/tensors/tensor-model.ts';

/** The input of a codec: the file for the payload `image`, decoded pixels for tensors. */
export type CodecInput =
  | { readonly payload: 'image'; readonly bytes: Uint8Array; readonly mediaType: string }
  | { readonly payload: 'tensor' | 'tensor_fullsize'; readonly pixels: Pixels };

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

/**
 * How to talk to a platform over one protocol: two pure functions without a socket. All codecs share the same transports, so
 * that differences between results are differences between servings.
 */
export interface Codec {
  encode(input: CodecInput, encoding: Encoding, model: ModelContract): ServingRequest;
  /**
   * Reads the best classes of an answer with their probabilities, best first, at most five.
   * @throws MalformedAnswer if the answer violates the protocol (shape, type, NaN, length).
   */
  decode(response: ServingResponse, model: ModelContract): readonly ScoredClass[];
}

/** What a gRPC status means for the client of the middleware. */
type RefusalMeaning = 'overloaded' | 'rejected';

export interface GrpcCodec extends Codec {
  /**
   * The meaning of a status that the platform uses differently from the gRPC specification; undefined for any other.
   * @param code - Name of the status, e.g. `INTERNAL`.
   */
  readonly meaningOf?: (code: string, details: string) => RefusalMeaning | undefined;
}

/** Like {@link Codec}, for the named tensors of a user's model. */
export interface TensorCodec {
  /** Whether it writes FP16 as JSON numbers, which the Open Inference Protocol does not allow. */
  readonly takesHalvesInJson?: boolean;
  encode(inputs: readonly NamedTensor[], encoding: Encoding, model: TensorModel): ServingRequest;
  /**
   * Reads all outputs of the model.
   * @throws MalformedAnswer if a name, a datatype, a shape or the number of bytes does not match the model.
   */
  decode(response: ServingResponse, model: TensorModel): readonly NamedTensor[];
}

/** The codecs of one platform, one per protocol. */
export interface ServingCodecs {
  readonly rest: Codec;
  readonly grpc?: GrpcCodec;
  /** Absent if the platform cannot serve a user's model. */
  readonly tensors?: { readonly rest: TensorCodec; readonly grpc?: TensorCodec };
}

/** A serving answered successfully, but its answer violates its protocol. */
export class MalformedAnswer extends Error {
  override readonly name = 'MalformedAnswer';
}

/** The error for a payload or an encoding that a codec does not write. The routes never let one through. */
export const unsupported = (
  payload: Payload | typeof TENSORS,
  encoding: Encoding,
  model: Pick<ModelContract, 'name'>,
): Error => new Error(`no codec for payload "${payload}" as ${encoding} to model "${model.name}"`);
