import type { Job } from '../../../k6/job.ts';
import type { Protocol } from '../../../serving-configs/manifest.ts';
import type { ResolvedCheck } from '../../../serving-configs/models/tensors/compare-tensors.ts';

/** The correct answers to requests with named tensors. */
export interface TensorExpectation {
  /** Absolute paths of bodies with the expected `outputs`, one for each image of the job, in the same order. */
  readonly answers: readonly string[];
  /** By output name. */
  readonly checks: Readonly<Record<string, ResolvedCheck>>;
}

/** A job for a load generator: one level against one URL. The paths of its images are absolute. */
export interface LoadJob extends Omit<Job, 'expect'> {
  /**
   * With `grpc`, the path of the URL is a unary method and the bodies are its encoded messages. Only for load straight at a
   * serving. Default: `rest`.
   */
  readonly protocol?: Protocol;
  /** File for the raw samples, as gzipped CSV. Default: they are not kept. */
  readonly samplesFile?: string;
  readonly expect?: Job['expect'] | TensorExpectation;
}
