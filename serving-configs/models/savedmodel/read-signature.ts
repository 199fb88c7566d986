import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import protobuf from 'protobufjs';

/** The signature that servers use by default. */
export const DEFAULT_SIGNATURE = 'serving_default';

/** An input or output of a signature. */
export interface SavedTensor {
  /** A number of TensorFlow's enumeration `DataType`. */
  readonly dtype: number;
  /** -1 stands for an open dimension; undefined if even the number of dimensions is open. */
  readonly shape: readonly number[] | undefined;
}

type SavedTensors = Readonly<Record<string, SavedTensor>>;

interface TensorInfo {
  readonly dtype?: number;
  readonly tensor_shape?: {
    readonly dim?: readonly { readonly size?: number }[];
    readonly unknown_rank?: boolean;
  };
}

type TensorInfos = Readonly<Record<string, TensorInfo>>;

interface SavedModelMessage {
  readonly meta_graphs?: readonly {
    readonly signature_def?: Readonly<
      Record<string, { readonly inputs?: TensorInfos; readonly outputs?: TensorInfos }>
    >;
  }[];
}

const tensorsOf = (infos: TensorInfos = {}): SavedTensors =>
  Object.fromEntries(
    Object.entries(infos).map(([name, { dtype = 0, tensor_shape: declared }]) => {
      const isOpen = declared === undefined || declared.unknown_rank === true;
      const shape = isOpen ? undefined : (declared.dim ?? []).map(({ size = 0 }) => size);
      return [name, { dtype, shape }];
    }),
  );

const schema = path.join(import.meta.dirname, 'saved_model.proto');

/**
 * Reads the default signature from `saved_model.pb`; undefined if there is none.
 * @throws Error if the file cannot be read.
 */
export const readSignature = async (
  file: string,
): Promise<{ readonly inputs: SavedTensors; readonly outputs: SavedTensors } | undefined> => {
  const { root } = protobuf.parse(readFileSync(schema, 'utf8'), { keepCase: true });
  const type = root.lookupType('tensorflow.SavedModel');
  const { meta_graphs: graphs = [] } = type.toObject(type.decode(await readFile(file)), {
    longs: Number,
  }) as SavedModelMessage;
  for (const { signature_def: signatures = {} } of graphs) {
    const { [DEFAULT_SIGNATURE]: signature } = signatures;
    if (signature !== undefined) {
      return { inputs: tensorsOf(signature.inputs), outputs: tensorsOf(signature.outputs) };
    }
  }
  return undefined;
};
