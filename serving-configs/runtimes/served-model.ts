import path from 'node:path';
import type { ModelContract } from '../manifest.ts';
import type { TensorModel } from '../models/tensors/tensor-model.ts';
import { inputShape } from '../protocols/wire.ts';

/** What computes behind a platform from packages: the network, or a fixed answer at once. */
export const VENV_ENGINES = ['onnx', 'noop'] as const;
export type VenvEngine = (typeof VENV_ENGINES)[number];

/** The names of the classes, on this machine. */
export const LABELS = path.resolve(import.meta.dirname, '..', 'models', 'imagenet-labels.json');

const CLASS_COUNT = 1000;

/** The tensors of the model, where the platform's protocol names them. */
const namedTensors = (model: ModelContract): Pick<TensorModel, 'inputs' | 'outputs'> | undefined =>
  model.tensors && {
    inputs: [{ name: model.tensors.input, datatype: 'FP32', shape: inputShape(model) }],
    outputs: [{ name: model.tensors.output, datatype: 'FP32', shape: [1, CLASS_COUNT] }],
  };

/**
 * What a platform serves: the model of its manifest, or the user's model, under its own name where the protocol of the platform names
 * tensors.
 */
export const modelServed = (model: ModelContract, users?: TensorModel) => {
  const { name, family, layout, output, tensors } = model;
  return {
    name: users === undefined || tensors === undefined ? name : users.name,
    family,
    layout,
    output,
    ...namedTensors(model),
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
    readonly labels: string;
    /** ONNX Runtime's names of what it computes with; one that it does not find ends the application. Default: the CPU. */
    readonly providers?: readonly string[];
  },
): string => JSON.stringify({ ...model, ...how });
