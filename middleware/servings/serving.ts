import type { Encoding, ModelContract } from '../../serving-configs/manifest.ts';
import type { Pixels } from '../../serving-configs/models/input/pixels.ts';

/** What a codec is given: the file itself for the payload `image`, decoded pixels for the tensors. */
export type CodecInput =
  | { readonly payload: 'image'; readonly bytes: Uint8Array; readonly mediaType: string }
  | { readonly payload: 'tensor' | 'tensor_fullsize'; readonly pixels: Pixels };

/** One HTTP request to a serving, without host and port. */
export interface RestRequest {
  readonly method: 'POST';
  /** Path from the root of the server, e.g. `/v2/models/resnet50-torch/infer`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body; several parts are sent one after the other, so that no part need be copied. */
  readonly body: readonly Uint8Array[];
  /**
   * Gives the body's memory back for the next request. For the transport, at most once and when the answer has
   * arrived in full or the connection is closed: from then on the body holds something else. Without the call the
   * memory is merely collected as garbage.
   */
  readonly release?: () => void;
}

/** One HTTP answer of a serving with status 200. */
export interface RestResponse {
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

/** One class of the answer. `score` is a probability between 0 and 1. */
export interface ScoredClass {
  /** Index in ImageNet-1k, 0 to 999. */
  readonly class: number;
  readonly score: number;
}

/**
 * How to talk to a platform over REST: two pure functions, no socket. The transport is written once for all of them,
 * so that a difference between results is a difference between servings.
 */
export interface RestCodec {
  encode(input: CodecInput, encoding: Encoding, model: ModelContract): RestRequest;
  /**
   * The classes of an answer, best first, at most five.
   * @throws MalformedAnswer where the answer is not what the protocol promises (shape, type, NaN, length).
   */
  decode(response: RestResponse, model: ModelContract): readonly ScoredClass[];
}

/** The codecs of one platform, for every protocol that it speaks. */
export interface ServingCodecs {
  readonly rest: RestCodec;
}

/** Says that a serving answered with success, but not with what its protocol promises. */
export class MalformedAnswer extends Error {
  override readonly name = 'MalformedAnswer';
}
