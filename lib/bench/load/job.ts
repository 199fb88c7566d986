import type { Protocol } from '../../../serving-configs/manifest.ts';
import type { Level } from '../model/measurement.ts';

/** What a correct answer holds; see {@link LoadJob.expect}. */
export interface Expectation {
  readonly pointer: string;
  readonly values: readonly (string | number)[];
  /** If the server draws images: the JSON pointer to the image's name in its answer, and the names, in the order of `values`. */
  readonly drawn?: { readonly pointer: string; readonly names: readonly string[] };
}

/** A job of the load generator: one level against one URL. */
export interface LoadJob {
  /** Absolute URL that every request is sent to. */
  readonly url: string;
  /**
   * `GET`: requests have no body, and the server draws an image for each; samples then name image 0. Without it each request posts
   * one of the images.
   */
  readonly method?: 'GET';
  /**
   * `grpc`: the URL's path is a unary method and the bodies are its encoded messages; for bypass runs. Without it HTTP/1.1.
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
   * body; for bypass runs, since only the codec in the middleware can read a serving's answers.
   */
  readonly expect?: Expectation | 'status';
  /** Where the raw samples go, as gzipped CSV. Without it they are dropped. */
  readonly samplesFile?: string;
}
