import path from 'node:path';
import { openEntry, readSchema } from '../../protocols/protobuf-messages.ts';

/** Values of the enumeration `DataType`. */
export const DT_FLOAT = 1;
export const DT_STRING = 7;

interface ModelSpec {
  readonly name: string;
  readonly signature_name?: string;
  readonly version?: { readonly value: number } | null;
  readonly version_label?: string;
}

interface TensorProto {
  readonly dtype: number;
  readonly tensor_shape?: { readonly dim?: readonly { readonly size: number }[] } | null;
  /** Little-endian values, all of them; else they are in the list of their type. */
  readonly tensor_content?: Uint8Array;
  readonly float_val?: readonly number[];
  readonly string_val?: readonly Uint8Array[];
}

export interface PredictRequest {
  readonly model_spec?: ModelSpec | null;
  readonly inputs: Readonly<Record<string, TensorProto>>;
}

interface PredictResponse {
  readonly model_spec?: ModelSpec | null;
  readonly outputs: Readonly<Record<string, TensorProto>>;
}

const schema = readSchema(path.join(import.meta.dirname, 'predict.proto'));

export const predictRequest = schema<PredictRequest>('tensorflow.serving.PredictRequest');
export const predictResponse = schema<PredictResponse>('tensorflow.serving.PredictResponse');

/** The method's name as the HTTP/2 path of the call. */
export const PREDICT = '/tensorflow.serving.PredictionService/Predict';

const tensorProto = schema<TensorProto>('tensorflow.serving.TensorProto');
const nothing = new Uint8Array(0);

/** A request up to the bytes of its one tensor, of which `contentBytes` follow. */
export const predictRequestBefore = (
  model: ModelSpec,
  input: string,
  tensor: Pick<TensorProto, 'dtype' | 'tensor_shape'>,
  contentBytes: number,
): Uint8Array => {
  const content = tensorProto.open('tensor_content', nothing, contentBytes);
  const opened = Buffer.concat([tensorProto.encode(tensor), content]);
  return Buffer.concat([
    predictRequest.encode({ model_spec: model, inputs: {} }),
    predictRequest.open('inputs', openEntry(input, opened, contentBytes), contentBytes),
  ]);
};
