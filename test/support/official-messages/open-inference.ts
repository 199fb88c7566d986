import { readOfficialSchema } from './read-schema.ts';

export interface OfficialTensor {
  readonly name?: string;
  readonly datatype?: string;
  readonly shape?: readonly number[];
  readonly parameters?: object;
  readonly contents?: {
    readonly fp32_contents?: readonly number[];
  };
}

export interface OfficialInferRequest {
  readonly model_name?: string;
  readonly model_version?: string;
  readonly id?: string;
  readonly parameters?: object;
  readonly inputs?: readonly OfficialTensor[];
  readonly outputs?: readonly { readonly name: string; readonly parameters?: object }[];
  readonly raw_input_contents?: readonly Uint8Array[];
}

export interface OfficialInferResponse {
  readonly model_name?: string;
  readonly model_version?: string;
  readonly id?: string;
  readonly parameters?: object;
  readonly outputs?: readonly OfficialTensor[];
  readonly raw_output_contents?: readonly Uint8Array[];
}

/** Field numbers as in kserve/kserve, docs/predict-api/v2/grpc_predict_v2.proto. */
const message = readOfficialSchema(`
  syntax = "proto3";
  package inference;
  message InferParameter {
    oneof parameter_choice { bool bool_param = 1; int64 int64_param = 2; string string_param = 3; }
  }
  message InferTensorContents {
    repeated bool bool_contents = 1;
    repeated int32 int_contents = 2;
    repeated int64 int64_contents = 3;
    repeated uint32 uint_contents = 4;
    repeated uint64 uint64_contents = 5;
    repeated float fp32_contents = 6;
    repeated double fp64_contents = 7;
    repeated bytes bytes_contents = 8;
  }
  message Tensor {
    string name = 1;
    string datatype = 2;
    repeated int64 shape = 3;
    map<string, InferParameter> parameters = 4;
    InferTensorContents contents = 5;
  }
  message RequestedOutput { string name = 1; map<string, InferParameter> parameters = 2; }
  message ModelInferRequest {
    string model_name = 1;
    string model_version = 2;
    string id = 3;
    map<string, InferParameter> parameters = 4;
    repeated Tensor inputs = 5;
    repeated RequestedOutput outputs = 6;
    repeated bytes raw_input_contents = 7;
  }
  message ModelInferResponse {
    string model_name = 1;
    string model_version = 2;
    string id = 3;
    map<string, InferParameter> parameters = 4;
    repeated Tensor outputs = 5;
    repeated bytes raw_output_contents = 6;
  }
`);

export const officialInferRequest = message<OfficialInferRequest>('inference.ModelInferRequest');
export const officialInferResponse = message<OfficialInferResponse>('inference.ModelInferResponse');
