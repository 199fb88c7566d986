import type { Expectation } from '../../../k6/answer-check.ts';
import type { Protocol } from '../../../serving-configs/manifest.ts';
import type { Level } from '../model/measurement.ts';

/** What the load generator is asked to do: one level against one URL. */
export interface LoadJob {
  /** Absolute URL that every request is sent to. */
  readonly url: string;
  /**
   * `GET`: requests have no body, and the server draws the image of each. Samples then name image 0. Without it each request
   * posts one of the images.
   */
  readonly method?: 'GET';
  /**
   * `grpc`: the URL's path is a unary method and the bodies are its encoded messages; for a serving that is asked directly.
   * Without it HTTP/1.1.
   */
  readonly protocol?: Protocol;
  /** Absolute paths of the files whose bytes are the bodies; sent in an order drawn from `seed`. */
  readonly images: readonly string[];
  /** Headers of the request for each image, in their order. Without it: the content type by the ending of the file's name. */
  readonly headers?: readonly Readonly<Record<string, string>>[];
  readonly seed: number;
  readonly level: Level;
  /** Before the measuring window; the rate of an open loop climbs evenly from 0 in its first half. */
  readonly warmupSeconds: number;
  /** Length of the measuring window, after the warm-up. */
  readonly durationSeconds: number;
  /** A request without an answer after this time is a failure of class `timeout`. */
  readonly timeoutMs: number;
  /**
   * What a correct answer holds: the value at the JSON pointer (RFC 6901) equals the value for the image that was sent,
   * in the order of `images`. Without it every 200 with a JSON body is right. `status`: every 200 is right, whatever its
   * body; for a serving that is asked directly, since only its codec in the middleware can read its answers.
   */
  readonly expect?: Expectation | 'status';
  /** Where the raw samples go, as gzipped CSV. Without it they are dropped. */
  readonly samplesFile?: string;
}
