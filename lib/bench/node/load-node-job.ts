import type { NodeFigures } from '../../deployment/node-figures.ts';
import type { LoadJob } from '../load/job.ts';
import type { LoadEngine } from '../load/load-engine.ts';
import type { LoadResult } from '../load/result.ts';
import type { DataSetImage } from '../plan/plan.ts';

/** A job for a load node: an object of the results bucket. */
export interface LoadNodeJob {
  readonly schema: 1;
  readonly engine: LoadEngine;
  /** Of the data set that every node has, in the order of the job. */
  readonly images: readonly DataSetImage[];
  /** Its part of the load. It names the moment at which it begins. */
  readonly load: Omit<LoadJob, 'images' | 'samplesFile'> & { readonly startAtMs: number };
}

/** What came of it, beside it in the bucket. */
export interface LoadNodeResult {
  readonly schema: 1;
  readonly result: LoadResult;
  /** What the load node used in the window; absent where its samples are missing. */
  readonly figures?: NodeFigures;
}
