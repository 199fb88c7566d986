import { readOfficialSchema } from './read-schema.ts';

export interface OfficialTensorProto {
  readonly dtype?: number;
  readonly tensor_shape?: {
    readonly dim?: readonly { readonly size?: number; readonly name?: string }[];
  };
  readonly tensor_content?: Uint8Array;
  readonly float_val?: readonly number[];
  readonly int_val?: readonly number[];
  readonly int64_val?: readonly number[];
  readonly bool_val?: readonly boolean[];
  readonly half_val?: readonly number[];
  readonly string_val?: readonly Uint8Array[];
}

export interface OfficialModelSpec {
  readonly name?: string;
  readonly version?: { readonly value?: number };
  readonly signature_name?: string;
}

export interface OfficialPredictRequest {
  readonly model_spec?: OfficialModelSpec;
  readonly inputs?: Readonly<Record<string, OfficialTensorProto>>;
  readonly output_filter?: readonly string[];
}

export interface OfficialPredictResponse {
  readonly outputs?: Readonly<Record<string, OfficialTensorProto>>;
  readonly model_spec?: OfficialModelSpec;
}

/**
 * Field numbers as in tensorflow/serving, tensorflow_serving/apis/{predict,model}.proto, and tensorflow/tensorflow,
 * tensorflow/core/framework/{tensor,tensor_shape}.proto.
 *
 * @param packing of the list of floats; readers must accept both
 */
const schema = (packing: boolean): string => `
  syntax = "proto3";
  message Int64Value { int64 value = 1; }
  message ModelSpec {
    string name = 1;
    oneof version_choice { Int64Value version = 2; string version_label = 4; }
    string signature_name = 3;
  }
  message TensorShapeProto {
    message Dim { int64 size = 1; string name = 2; }
    repeated Dim dim = 2;
    bool unknown_rank = 3;
  }
  message TensorProto {
    int32 dtype = 1;
    TensorShapeProto tensor_shape = 2;
    int32 version_number = 3;
    bytes tensor_content = 4;
    repeated float float_val = 5 [packed = ${packing}];
    repeated double double_val = 6;
    repeated int32 int_val = 7;
    repeated bytes string_val = 8;
    repeated int64 int64_val = 10;
    repeated bool bool_val = 11;
    repeated int32 half_val = 13;
  }
  message PredictRequest {
    ModelSpec model_spec = 1;
    map<string, TensorProto> inputs = 2;
    repeated string output_filter = 3;
  }
  message PredictResponse { map<string, TensorProto> outputs = 1; ModelSpec model_spec = 2; }
`;

const message = readOfficialSchema(schema(true));

export const officialPredictRequest = message<OfficialPredictRequest>('PredictRequest');
export const officialPredictResponse = message<OfficialPredictResponse>('PredictResponse');
/** As old writers encode it, with a tag for each float. */
export const unpackedPredictResponse = readOfficialSchema(schema(false))<OfficialPredictResponse>(
  'PredictResponse',
);
