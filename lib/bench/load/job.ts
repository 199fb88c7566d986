import type { Job } from '../../../k6/job.ts';
import type { Protocol } from '../../../serving-configs/manifest.ts';
import type { ResolvedCheck } from '../../../serving-configs/models/tensors/compare-tensors.ts';

/** The right answers to requests with named tensors. */
export interface TensorExpectation {
  /** Absolute paths of bodies with `outputs`, one for each image of the job, in their order. */
  readonly answers: readonly string[];
  /** By the name of the output. */
  readonly checks: Readonly<Record<string, ResolvedCheck>>;
}

/** What a load generator is asked to do: one level against one URL. Its images are absolute paths. */
export interface LoadJob extends Omit<Job, 'expect'> {
  /**
   * `grpc`: the URL's path is a unary method and the bodies are its encoded messages; for a serving that is asked directly.
   * Without it HTTP/1.1.
   */
  readonly protocol?: Protocol;
  /** Where the raw samples go, as gzipped CSV. Without it they are dropped. */
  readonly samplesFile?: string;
  readonly expect?: Job['expect'] | TensorExpectation;
}
