import { availableParallelism } from 'node:os';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { namesWithoutShape } from '../../models/onnx/read-onnx.ts';
import { valuesOf, type NamedTensor } from '../../models/tensors/tensor-body.ts';
import { DATATYPES, type Datatype, type TensorSpec } from '../../models/tensors/tensor-spec.ts';
import { createSession, UnusableModel } from './session.ts';

/** An input or output as the ONNX file describes it. */
export interface DescribedTensor extends TensorSpec {
  /** The shape with the names of its open dimensions; an open dimension without a name is ''. */
  readonly dims: readonly (number | string)[];
}

/** A loaded model with named inputs and outputs. */
export interface TensorSession {
  readonly inputs: readonly DescribedTensor[];
  readonly outputs: readonly DescribedTensor[];
  /**
   * Computes one request. Blocks the thread meanwhile.
   * @throws Error with the message of ONNX Runtime if it refuses an input.
   */
  run(inputs: readonly NamedTensor[]): Promise<readonly NamedTensor[]>;
  close(): Promise<void>;
}

const datatypes = Object.keys(DATATYPES) as Datatype[];

const datatypeOf = (type: string): Datatype | undefined =>
  datatypes.find((datatype) => DATATYPES[datatype].onnx === type);

const describe = (
  kind: 'input' | 'output',
  metadata: InferenceSession.ValueMetadata,
  file: string,
  openRanks: ReadonlySet<string>,
): DescribedTensor => {
  const { name } = metadata;
  const datatype = metadata.isTensor ? datatypeOf(metadata.type) : undefined;
  if (!metadata.isTensor || datatype === undefined) {
    const what = metadata.isTensor ? `of the type ${metadata.type}` : 'not a tensor';
    throw new UnusableModel(
      `${kind} "${name}" of ${file} is ${what}; supported are tensors of ${datatypes.join(', ')}`,
      metadata.isTensor
        ? 'export the model with inputs and outputs of these types'
        : 'export it with tensors only; classifiers of scikit-learn and LightGBM, with zipmap=False',
    );
  }
  const dims = metadata.shape;
  const shape = dims.map((size) => (typeof size === 'number' ? size : -1));
  return { name, datatype, shape, dims, ...(openRanks.has(name) && { isRankOpen: true }) };
};

/** The inputs and outputs without a shape. ONNX Runtime describes them like scalars. */
const openRanksOf = async (
  file: string,
  tensors: readonly InferenceSession.ValueMetadata[],
): Promise<ReadonlySet<string>> => {
  const mayBeOpen = tensors.some((tensor) => tensor.isTensor && tensor.shape.length === 0);
  return new Set(mayBeOpen ? await namesWithoutShape(file) : []);
};

/**
 * A plain object instead of a `Tensor`, whose constructor turns FP16 into a Float16Array if the class exists. ONNX Runtime would take
 * that for an empty tensor (https://github.com/microsoft/onnxruntime/pull/32323).
 */
const asOnnx = (tensor: NamedTensor): Tensor => {
  const { shape: dims, datatype } = tensor;
  const type = DATATYPES[datatype].onnx;
  return { type, dims, data: valuesOf(tensor), location: 'cpu' } as unknown as Tensor;
};

const fromOnnx = ({ name, datatype }: DescribedTensor, tensor: Tensor): NamedTensor => {
  const { buffer, byteOffset, byteLength } = tensor.data as Float32Array;
  return {
    name,
    datatype,
    shape: tensor.dims,
    bytes: new Uint8Array(buffer, byteOffset, byteLength),
  };
};

/**
 * Loads an ONNX file with named inputs and outputs into ONNX Runtime.
 * @throws UnusableModel if ONNX Runtime cannot load it, or the type of a tensor is not one of {@link DATATYPES}.
 */
export const openTensorSession = async (
  file: string,
  threads = availableParallelism(),
): Promise<TensorSession> => {
  const session = await createSession(file, threads);
  const { inputMetadata, outputMetadata } = session;
  const openRanks = await openRanksOf(file, [...inputMetadata, ...outputMetadata]);
  const describeAll = (
    kind: 'input' | 'output',
    tensors: readonly InferenceSession.ValueMetadata[],
  ): readonly DescribedTensor[] =>
    tensors.map((metadata) => describe(kind, metadata, file, openRanks));
  const inputs = describeAll('input', inputMetadata);
  const outputs = describeAll('output', outputMetadata);
  return {
    inputs,
    outputs,
    run: async (tensors) => {
      const feeds = Object.fromEntries(tensors.map((tensor) => [tensor.name, asOnnx(tensor)]));
      const results = await session.run(feeds);
      return outputs.map((output) => {
        const { [output.name]: result } = results;
        if (result === undefined) throw new Error(`the model gave no output "${output.name}"`);
        return fromOnnx(output, result);
      });
    },
    close: () => session.release(),
  };
};
