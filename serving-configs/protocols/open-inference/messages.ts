import path from 'node:path';
import { readSchema } from '../protobuf-messages.ts';

/** The values of a tensor within its description; the alternative to the raw contents of the message. */
interface TensorContents {
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
/** The HTTP/2 path of the call. */
export const MODEL_INFER = '/inference.GRPCInferenceService/ModelInfer';

/** The beginning of a request, up to its only raw input. The caller sends the input's `inputBytes` bytes after it. */
export const modelInferRequestBefore = (
  request: Omit<ModelInferRequest, 'raw_input_contents'>,
  inputBytes: number,
): Uint8Array =>
  Buffer.concat([
    modelInferRequest.encode(request),
    modelInferRequest.open('raw_input_contents', new Uint8Array(0), inputBytes),
  ]);
