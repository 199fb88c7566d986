import { contractTensors } from '../../models/tensors/contract-tensors.ts';
import type { NamedTensor } from '../../models/tensors/tensor-body.ts';
import type { TensorModel, TensorSpec } from '../../models/tensors/tensor-model.ts';
import type { ServingCounters } from '../statistics/serving-counters.ts';
import { classifierInput, tensorsInput } from '../tensors/tensor-call.ts';
import {
  BadInput,
  bytesOf,
  type ServedManifest,
  type WireInput,
  type WireOutput,
} from '../wire.ts';

type Tensors = Pick<TensorModel, 'inputs' | 'outputs'>;

/** The names, types and shapes of the tensors of the served model. */
export const tensorsOf = ({ model, tensorModel }: ServedManifest): Tensors => {
  const { inputs, outputs } = tensorModel ?? contractTensors(model) ?? {};
  if (inputs === undefined || outputs === undefined) {
    throw new Error(`the manifest of ${model.name} names no tensors`);
  }
  return { inputs, outputs };
};

/**
 * Checks the inputs of a user's model, or the input of the classifier.
 * @throws BadInput if they do not fit the model.
 */
export const inputOf = (
  tensors: Parameters<typeof tensorsInput>[0],
  manifest: ServedManifest,
): WireInput =>
  manifest.tensorModel === undefined
    ? classifierInput(tensors, tensorsOf(manifest).inputs)
    : tensorsInput(tensors, manifest.tensorModel);

/**
 * Checks the names of the outputs that a request asks for.
 * @throws BadInput if the model has no such output.
 */
export const demandOutputs = (
  wanted: readonly { readonly name: string }[],
  manifest: ServedManifest,
): void => {
  const { outputs } = tensorsOf(manifest);
  const unknown = wanted.find(({ name }) => !outputs.some((output) => output.name === name));
  if (unknown !== undefined) {
    throw new BadInput(
      `unexpected inference output '${unknown.name}' for model '${manifest.model.name}'`,
    );
  }
};

/** The model's output as named tensors. The classifier's scores get the name from the manifest. */
export const outputsOf = (manifest: ServedManifest, output: WireOutput): readonly NamedTensor[] =>
  output instanceof Float32Array
    ? tensorsOf(manifest).outputs.map((spec) => ({
        ...spec,
        shape: [1, output.length],
        bytes: bytesOf(output),
      }))
    : output;

/** What a server answers to the calls that are no inference: JSON over REST, and messages with the same fields over gRPC. */
export interface ServerDocuments {
  readonly server: {
    readonly name: string;
    readonly version: string;
    readonly extensions: readonly string[];
  };
  readonly model: object;
  /** The models of its repository; absent if it does not have the extension, like the following two. */
  readonly index?: readonly object[];
  readonly configuration?: object;
  readonly statistics?: (counters: ServingCounters) => object;
}

export type DescribeServer = (manifest: ServedManifest) => ServerDocuments;

const described = ({ name, datatype, shape }: TensorSpec) => ({ name, datatype, shape });

/**
 * The metadata of a model.
 * @param facts - What does not follow from its tensors. `platform` is the framework.
 */
export const modelMetadata = (
  manifest: ServedManifest,
  facts: { readonly versions: readonly string[] | null; readonly platform: string },
): object => {
  const { inputs, outputs } = tensorsOf(manifest);
  return {
    name: manifest.model.name,
    ...facts,
    inputs: inputs.map(described),
    outputs: outputs.map(described),
  };
};
