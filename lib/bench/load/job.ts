import type { Job } from '../../../k6/job.ts';
import type { Protocol } from '../../../serving-configs/manifest.ts';

/** What a load generator is asked to do: one level against one URL. Its images are absolute paths. */
export interface LoadJob extends Job {
  /**
   * `grpc`: the URL's path is a unary method and the bodies are its encoded messages; for a serving that is asked directly.
   * Without it HTTP/1.1.
   */
  readonly protocol?: Protocol;
  /** Where the raw samples go, as gzipped CSV. Without it they are dropped. */
  readonly samplesFile?: string;
}
