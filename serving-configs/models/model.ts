/** The model that a program serves, or that the servers serve to which it talks. */
import { modelNamed, RESNET50 } from '../index.ts';
import type { ManifestModel } from '../manifest.ts';
import type { TensorModel } from './tensors/tensor-model.ts';

export type Model =
  /** The classifier, whose files each platform has in a format of its own. */
  | { readonly kind: 'classifier' }
  /** A model that users describe: its files and its tensors are the same for every platform. */
  | { readonly kind: 'described'; readonly tensors: TensorModel };

export const CLASSIFIER: Model = { kind: 'classifier' };

/** The model that manifests are made for. */
export const manifestModelOf = (model: Model): ManifestModel =>
  model.kind === 'described' ? modelNamed(model.tensors.name) : RESNET50;
