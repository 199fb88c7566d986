import type { Cell, Path } from './cell.ts';

/** A file of the data set. */
export interface DataSetImage {
  /** Name inside the data set's folder. */
  readonly file: string;
  readonly sha256: string;
}

/** Everything that is decided before the first cell runs; written to `plan.json` of the run folder. */
export interface Plan {
  readonly schema: 1;
  readonly profile: string;
  /** Orders the cells and the images; recorded, so that a run can be repeated. */
  readonly seed: number;
  readonly createdAt: string;
  readonly where: 'local';
  readonly runtime: 'reference';
  readonly paths: readonly Path[];
  readonly images: readonly DataSetImage[];
  readonly model: { readonly file: string; readonly sha256: string; readonly trained: boolean };
  /** In the order in which they run. */
  readonly cells: readonly Cell[];
  /** SHA-256 over all that makes two runs comparable; `--resume` refuses a plan with another one. */
  readonly hash: string;
}
