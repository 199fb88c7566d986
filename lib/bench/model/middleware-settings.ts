import type { ServingName } from '../../../serving-configs/index.ts';

/** How a plan sets the middleware, where not as usual; the variables are in the README of `middleware/`. */
export interface MiddlewareSettings {
  /** Whatever the number of cores. */
  readonly processes: number;
  /** The longest exchange with a serving over REST. */
  readonly restTimeoutMs: number;
  /** Asked by a client that blocks its process: one request is decoded, sent and awaited at a time. */
  readonly blockingServings: readonly ServingName[];
  /** Asked over a gRPC connection that is opened for each call. */
  readonly channelPerCallServings: readonly ServingName[];
  /** Who draws the picture of each request: the load engine, which then sends it, or the middleware from its own folder. */
  readonly imagesDrawnBy: 'client' | 'middleware';
}
