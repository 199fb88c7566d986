import type { Encoding, ModelContract } from '../../serving-configs/manifest.ts';
import type { ScoredClass } from '../../serving-configs/models/best-classes.ts';
import type { Pixels } from '../../serving-configs/models/input/geometry.ts';
import type { NamedTensor } from '../../serving-configs/models/tensors/tensor-body.ts';
import type { TensorModel } from '../../serving-configs/models/tensors/tensor-model.ts';

/** What a codec is given: the file itself for the payload `image`, decoded pixels for the tensors. */
export type CodecInput =
  | { readonly payload: 'image'; readonly bytes: Uint8Array; readonly mediaType: string }
  | { readonly payload: 'tensor' | 'tensor_fullsize'; readonly pixels: Pixels };

/** One request to a serving, without host and port: of HTTP, or the message of one gRPC call. */
export interface ServingRequest {
  readonly method: 'POST';
  /** From the root of the server, e.g. `/v2/models/NAME/infer`; of gRPC the full name of the method. */
  readonly path: string;
  /** None with gRPC. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body, or the encoded message; several parts are sent one after the other, so that no part need be copied. */
  readonly body: readonly Uint8Array[];
  /**
   * Gives the body's memory back for the next request. For the transport, at most once and when the answer has
   * arrived in full or the connection is closed: from then on the body holds something else. Without the call the
   * memory is merely collected as garbage.
   */
  readonly release?: () => void;
}

/** One answer of a serving with success: of HTTP, or the message of a gRPC call. */
export interface ServingResponse {
  /** Header names in lower case; of gRPC the initial metadata. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

/**
 * How to talk to a platform over one protocol: two pure functions, no socket. The transports are written once for all of
 * them, so that a difference between results is a difference between servings.
 */
export interface Codec {
  encode(input: CodecInput, encoding: Encoding, model: ModelContract): ServingRequest;
  /**
   * The classes of an answer with their probabilities, best first, at most five.
   * @throws MalformedAnswer where the answer is not what the protocol promises (shape, type, NaN, length).
   */
  decode(response: ServingResponse, model: ModelContract): readonly ScoredClass[];
}

/** What a refused call means for the client of the middleware. */
export type RefusalMeaning = 'overloaded' | 'rejected';

export interface GrpcCodec extends Codec {
  /**
   * What a status means where the platform does not keep to gRPC's own meaning of it; undefined where it does.
   * @param code - Name of the status, e.g. `INTERNAL`.
   */
  readonly meaningOf?: (code: string, details: string) => RefusalMeaning | undefined;
}

/** As {@link Codec}, for the named tensors of a user's model. */
export interface TensorCodec {
  /** Whether it writes FP16 as JSON numbers, which the Open Inference Protocol does not. */
  readonly takesHalvesInJson?: boolean;
  encode(inputs: readonly NamedTensor[], encoding: Encoding, model: TensorModel): ServingRequest;
  /**
   * All outputs of the model.
   * @throws MalformedAnswer where they are not: a name, a type, a shape, the number of bytes.
   */
  decode(response: ServingResponse, model: TensorModel): readonly NamedTensor[];
}

/** The codecs of one platform, for every protocol that it speaks. */
export interface ServingCodecs {
  readonly rest: Codec;
  readonly grpc?: GrpcCodec;
  /** Absent where it takes no model of a user. */
  readonly tensors?: { readonly rest: TensorCodec; readonly grpc?: TensorCodec };
}

/** Says that a serving answered with success, but not with what its protocol promises. */
export class MalformedAnswer extends Error {
  override readonly name = 'MalformedAnswer';
}
