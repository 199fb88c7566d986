import type { ModelContract } from '../manifest.ts';
import { classifierInputs } from '../models/input/classifier.ts';
import { CLASS_COUNT } from '../models/labels.ts';
import { contractTensors } from '../models/tensors/contract-tensors.ts';
import { MAX_IMAGE_BYTES } from '../models/input/geometry.ts';
import { MAX_TENSOR_BODY_BYTES, type TensorModel } from '../models/tensors/tensor-model.ts';

/** What computes behind a platform from packages: the network, or a fixed answer at once. */
export const VENV_ENGINES = ['onnx', 'noop'] as const;
export type VenvEngine = (typeof VENV_ENGINES)[number];

/** Where a container finds the models of its platform. */
export const MODELS_FOLDER = '/models';

/** What a platform serves: the model of its manifest, or the user's model. */
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

/** What the Python side of our applications is told of its model, as the variable `SERVED_MODEL`; see `venv/python/served_model.py`. */
export const servedModel = (
  model: ReturnType<typeof modelServed>,
  how: {
    readonly file: string;
    readonly engine: VenvEngine;
    readonly threads: number;
    /** The file of the names of the classes, for who answers them. */
    readonly labels?: string;
    /** ONNX Runtime's names of what it computes with; one that it does not find ends the application. Default: the CPU. */
    readonly providers?: readonly string[];
  },
): string => JSON.stringify({ ...model, ...how });
