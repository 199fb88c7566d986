import type { Cell, Path } from './cell.ts';
import type { PlanOptions } from './plan-options.ts';

/** A file of the data set. */
export interface DataSetImage {
  /** Name inside the data set's folder. */
  readonly file: string;
  readonly sha256: string;
}

/** Where a run finds its files, and what it runs them with; not part of the hash. */
export interface RunSettings {
  /** Absolute path; undefined for the project's own data set. */
  readonly imagesDir?: string;
  /** Absolute path; undefined for the seeded weights. */
  readonly modelFile?: string;
  /** Processes of the middleware; undefined for one a core. */
  readonly processes?: number;
}

/** Where a plan runs and what serves there; part of the hash. */
export interface PlanPlace {
  /** `aws`: on node pairs. */
  readonly where: 'local' | 'aws';
  /** `reference`: ours, for every serving; `container`: the platforms themselves. Ceilings always use the reference. */
  readonly runtime: 'reference' | 'container';
}

/** Everything that is decided before the first cell runs; written to `plan.json` of the run folder. */
export interface Plan extends PlanPlace {
  readonly schema: 1;
  readonly profile: string;
  /** Orders the cells and the images; recorded, so that a run can be repeated. */
  readonly seed: number;
  readonly createdAt: string;
  /** What the cells were made from. Absent in plans that no runner made. */
  readonly options?: PlanOptions;
  readonly settings?: RunSettings;
  readonly paths: readonly Path[];
  readonly images: readonly DataSetImage[];
  readonly model: { readonly file: string; readonly sha256: string; readonly trained: boolean };
  /** In the order in which they run. */
  readonly cells: readonly Cell[];
  /** SHA-256 over all that makes two runs comparable, without places and times; `--resume` refuses a plan with another one. */
  readonly hash: string;
}
