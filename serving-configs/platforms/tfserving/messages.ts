import path from 'node:path';
import {
  bytesOfList,
  jsonValuesOf,
  UnreadableTensors,
  valuesOf,
  type NamedTensor,
} from '../../models/tensors/tensor-body.ts';
import {
  DATATYPES,
  datatypeOfTensorFlow,
  type Datatype,
} from '../../models/tensors/tensor-spec.ts';
import { openEntry, readSchema } from '../../protocols/protobuf-messages.ts';

/** Values of the enumeration `DataType`. */
export const DT_FLOAT = 1;
export const DT_STRING = 7;

export interface ModelSpec {
  readonly name: string;
  readonly signature_name?: string;
  readonly version?: { readonly value: number } | null;
  readonly version_label?: string;
}

export interface TensorProto {
  readonly dtype: number;
  readonly tensor_shape?: { readonly dim?: readonly { readonly size: number }[] } | null;
  /** All values, little-endian. If absent, they are in the list of their type. */
  readonly tensor_content?: Uint8Array;
  readonly float_val?: readonly number[];
  readonly int_val?: readonly number[];
  readonly string_val?: readonly Uint8Array[];
  readonly int64_val?: readonly number[];
  readonly bool_val?: readonly boolean[];
  /** The bits of 16-bit floats. */
  readonly half_val?: readonly number[];
}

export interface PredictRequest {
  readonly model_spec?: ModelSpec | null;
  readonly inputs: Readonly<Record<string, TensorProto>>;
  /** Names of the requested outputs; if empty, all. */
  readonly output_filter?: readonly string[];
}

interface PredictResponse {
  readonly model_spec?: ModelSpec | null;
  readonly outputs: Readonly<Record<string, TensorProto>>;
}

const schema = readSchema(path.join(import.meta.dirname, 'predict.proto'));

export const predictRequest = schema<PredictRequest>('tensorflow.serving.PredictRequest');
export const predictResponse = schema<PredictResponse>('tensorflow.serving.PredictResponse');

interface ModelMetadataRequest {
  readonly model_spec?: ModelSpec | null;
  /** Only `signature_def` exists. */
  readonly metadata_field: readonly string[];
}

interface ModelMetadataResponse {
  readonly model_spec: ModelSpec;
  readonly metadata: Readonly<
    Record<string, { readonly type_url: string; readonly value: Uint8Array }>
  >;
}

export const metadataRequest = schema<ModelMetadataRequest>(
  'tensorflow.serving.GetModelMetadataRequest',
);
export const metadataResponse = schema<ModelMetadataResponse>(
  'tensorflow.serving.GetModelMetadataResponse',
);
export const signatureDefMap = schema('tensorflow.serving.SignatureDefMap');
export const statusRequest = schema<{ readonly model_spec?: ModelSpec | null }>(
  'tensorflow.serving.GetModelStatusRequest',
);
export const statusResponse = schema('tensorflow.serving.GetModelStatusResponse');

// HTTP/2 paths of the methods.
export const PREDICT = '/tensorflow.serving.PredictionService/Predict';
export const GET_METADATA = '/tensorflow.serving.PredictionService/GetModelMetadata';
export const GET_STATUS = '/tensorflow.serving.ModelService/GetModelStatus';

const tensorProto = schema<TensorProto>('tensorflow.serving.TensorProto');
const nothing = new Uint8Array(0);

/** A tensor in a request. */
interface TensorContent {
  readonly name: string;
  readonly dtype: number;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

const entryBefore = ({ name, dtype, shape, bytes: { length } }: TensorContent): Uint8Array => {
  const opened = Buffer.concat([
    tensorProto.encode({ dtype, tensor_shape: { dim: shape.map((size) => ({ size })) } }),
    tensorProto.open('tensor_content', nothing, length),
  ]);
  return predictRequest.open('inputs', openEntry(name, opened, length), length);
};

/** Encodes a request in parts, so that the bytes of its tensors are not copied. */
export const predictRequestParts = (
  request: Omit<PredictRequest, 'inputs'>,
  tensors: readonly TensorContent[],
): readonly Uint8Array[] => {
  const [first = nothing, ...laterParts] = tensors.flatMap((tensor) => [
    entryBefore(tensor),
    tensor.bytes,
  ]);
  return [Buffer.concat([predictRequest.encode({ ...request, inputs: {} }), first]), ...laterParts];
};

type Lists = 'float_val' | 'int_val' | 'int64_val' | 'bool_val' | 'half_val';

/** The list for the values of each type, if they are not in `tensor_content`. */
const LISTS: Readonly<Record<Datatype, Lists>> = {
  FP32: 'float_val',
  FP16: 'half_val',
  INT64: 'int64_val',
  INT32: 'int_val',
  UINT8: 'int_val',
  BOOL: 'bool_val',
};

/** Converts a tensor for a request. */
export const contentOf = ({ name, datatype, shape, bytes }: NamedTensor): TensorContent => ({
  name,
  dtype: DATATYPES[datatype].tensorflow,
  shape,
  bytes,
});

/** Converts a tensor for an answer, with its values as a list, as the server does by default. */
export const listedProto = (tensor: NamedTensor): TensorProto => {
  const values =
    tensor.datatype === 'FP16' ? Array.from(valuesOf(tensor), Number) : jsonValuesOf(tensor);
  return {
    dtype: DATATYPES[tensor.datatype].tensorflow,
    tensor_shape: { dim: tensor.shape.map((size) => ({ size })) },
    [LISTS[tensor.datatype]]: values,
  };
};

/**
 * Reads the tensor of a message.
 * @throws UnreadableTensors if its type is unknown, or its values do not belong to its type.
 */
const tensorFrom = (name: string, proto: TensorProto): NamedTensor => {
  const { dtype, tensor_shape: shape, tensor_content: content } = proto;
  const datatype = datatypeOfTensorFlow(dtype);
  if (datatype === undefined) {
    throw new UnreadableTensors(`tensor "${name}" has the TensorFlow type ${dtype}`);
  }
  const { [LISTS[datatype]]: listed = [] } = proto;
  const bytesOfListed = (): Uint8Array =>
    datatype === 'FP16'
      ? new Uint8Array(Uint16Array.from(listed, Number).buffer)
      : bytesOfList(listed, datatype, name);
  return {
    name,
    datatype,
    shape: (shape?.dim ?? []).map(({ size }) => size),
    bytes: content === undefined || content.length === 0 ? bytesOfListed() : content,
  };
};

/** Reads the named tensors of a message. */
export const tensorsFrom = (
  protos: Readonly<Record<string, TensorProto>>,
): readonly NamedTensor[] => Object.entries(protos).map(([name, proto]) => tensorFrom(name, proto));
