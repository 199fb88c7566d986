import path from 'node:path';
import { readSchema } from '../protobuf-messages.ts';

/** The values of a tensor within its description; the alternative to the raw contents of the message. */
export interface TensorContents {
  readonly bool_contents?: readonly boolean[];
  readonly int_contents?: readonly number[];
  readonly int64_contents?: readonly number[];
  readonly uint_contents?: readonly number[];
  readonly fp32_contents?: readonly number[];
  readonly bytes_contents?: readonly Uint8Array[];
}

interface Tensor {
  readonly name: string;
  /** `FP32`, `UINT8`, `BYTES`, … */
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly contents?: TensorContents | null;
}

export interface ModelInferRequest {
  readonly model_name: string;
  readonly model_version?: string;
  readonly id?: string;
  readonly inputs: readonly Tensor[];
  readonly outputs?: readonly { readonly name: string }[];
  /** Little-endian, in the order of the inputs. */
  readonly raw_input_contents?: readonly Uint8Array[];
}

interface ModelInferResponse {
  readonly model_name: string;
  readonly model_version?: string;
  readonly id?: string;
  readonly outputs: readonly Tensor[];
  /** Little-endian, in the order of the outputs. */
  readonly raw_output_contents?: readonly Uint8Array[];
}

const schema = readSchema(path.join(import.meta.dirname, 'grpc-predict.proto'));

export const modelInferRequest = schema<ModelInferRequest>('inference.ModelInferRequest');
export const modelInferResponse = schema<ModelInferResponse>('inference.ModelInferResponse');
const SERVICE = '/inference.GRPCInferenceService';
/** The HTTP/2 path of the call. */
export const MODEL_INFER = `${SERVICE}/ModelInfer`;

/** The request of every call about a model, except inference. */
export const modelRequest = schema<{ readonly name: string; readonly version: string }>(
  'inference.ModelRequest',
);

/** A call that is no inference: its HTTP/2 path, and the encoder of the document that it answers. */
const describingCall = (name: string) => ({
  path: `${SERVICE}/${name}`,
  encode: schema(`inference.${name}Response`).encodeDocument,
});
export const SERVER_LIVE = describingCall('ServerLive');
export const SERVER_READY = describingCall('ServerReady');
export const SERVER_METADATA = describingCall('ServerMetadata');
export const MODEL_READY = describingCall('ModelReady');
export const MODEL_METADATA = describingCall('ModelMetadata');
export const MODEL_CONFIG = describingCall('ModelConfig');
export const MODEL_STATISTICS = describingCall('ModelStatistics');
export const REPOSITORY_INDEX = describingCall('RepositoryIndex');
