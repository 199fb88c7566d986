import type { ServingManifest } from '../manifest.ts';

export interface ServedModel {
  readonly name: string;
  /** Tensor names. */
  readonly input: string;
  readonly output: string;
  /** Of the input. */
  readonly shape: readonly number[];
}

/** The model of a manifest as the server describes it. */
export const servedModel = ({ model: { name, layout, tensors } }: ServingManifest): ServedModel => {
  if (tensors === undefined) throw new Error(`the manifest of ${name} names no tensors`);
  return { name, ...tensors, shape: layout === 'NCHW' ? [1, 3, 224, 224] : [1, 224, 224, 3] };
};
