import type { ModelContract } from '../manifest.ts';
import { classifierInputs } from '../models/input/classifier.ts';
import { CLASS_COUNT } from '../models/labels.ts';
import { contractTensors } from '../models/served-model.ts';
import { MAX_IMAGE_BYTES } from '../models/input/geometry.ts';
import {
  MAX_TENSOR_BODY_BYTES,
  type ModelFormat,
  type TensorModel,
} from '../models/tensors/tensor-model.ts';

/** The engines of a platform that runs from packages: ONNX Runtime, or a fixed answer without computing. */
export const VENV_ENGINES = ['onnx', 'noop'] as const;
export type VenvEngine = (typeof VENV_ENGINES)[number];

/** The model that a serving serves. */
export type ModelSource =
  | {
      readonly kind: 'resnet50';
      /** An ONNX file with trained weights, for servers that read ONNX on this machine; absent: random weights. */
      readonly trainedFile?: string | undefined;
      /** Folder with the models of all platforms, for containers. */
      readonly folder?: string | undefined;
    }
  | {
      readonly kind: 'described';
      /** The file that describes a user's model. */
      readonly file: string;
    };

/** The model that a runtime lists servings for. */
export type ListedModel =
  | { readonly kind: 'resnet50' }
  /** A user's model in these formats. */
  | { readonly kind: 'described'; readonly formats: readonly ModelFormat[] };

/** The folder in a container with the models of its platform. */
export const MODELS_FOLDER = '/models';

/** Describes the model that a platform serves: that of its manifest, or a user's model. */
export const modelServed = (model: ModelContract, users?: TensorModel) => {
  const { name, layout, output } = model;
  return {
    name: users?.name ?? name,
    layout,
    output,
    images: classifierInputs,
    classes: CLASS_COUNT,
    maxBodyBytes: users === undefined ? MAX_IMAGE_BYTES : MAX_TENSOR_BODY_BYTES,
    ...contractTensors(model),
    ...(users && { inputs: users.inputs, outputs: users.outputs, example: users.example }),
  };
};

/** The value of the variable `SERVED_MODEL`, which our Python applications read in `venv/python/served_model.py`. */
export const servedModel = (
  model: ReturnType<typeof modelServed>,
  settings: {
    readonly file: string;
    readonly engine: VenvEngine;
    readonly threads: number;
    /** File with the class names, for platforms that answer them. */
    readonly labels?: string;
    /** ONNX Runtime's execution providers, the CPU by default. If one is not available, the application ends. */
    readonly providers?: readonly string[];
  },
): string => JSON.stringify({ ...model, ...settings });
