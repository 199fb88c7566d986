import type { TensorSpec } from '../../models/tensors/tensor-spec.ts';
import type { ServingCounters } from '../statistics/serving-counters.ts';
import { BadInput, type ServedManifest } from '../wire.ts';

/**
 * Checks the names of the outputs that a request asks for.
 * @throws BadInput if the model has no such output.
 */
export const demandOutputs = (
  wanted: readonly { readonly name: string }[],
  { served: { name: model, outputs } }: ServedManifest,
): void => {
  const unknown = wanted.find(({ name }) => !outputs.some((output) => output.name === name));
  if (unknown !== undefined) {
    throw new BadInput(`unexpected inference output '${unknown.name}' for model '${model}'`);
  }
};

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
  const { name, inputs, outputs } = manifest.served;
  return {
    name,
    ...facts,
    inputs: inputs.map(described),
    outputs: outputs.map(described),
  };
};
