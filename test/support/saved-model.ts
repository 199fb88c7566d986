import { DATATYPES, type TensorSpec } from '../../serving-configs/models/tensors/tensor-spec.ts';
import { readOfficialSchema } from './official-messages/read-schema.ts';

/** Field numbers as in tensorflow/tensorflow, tensorflow/core/{protobuf/{saved_model,meta_graph},framework/tensor_shape}.proto. */
const message = readOfficialSchema(`
  syntax = "proto3";
  message Dim { int64 size = 1; }
  message TensorShapeProto { repeated Dim dim = 2; }
  message TensorInfo { string name = 1; int32 dtype = 2; TensorShapeProto tensor_shape = 3; }
  message SignatureDef { map<string, TensorInfo> inputs = 1; map<string, TensorInfo> outputs = 2; }
  message MetaGraphDef { map<string, SignatureDef> signature_def = 5; }
  message SavedModel { int64 saved_model_schema_version = 1; repeated MetaGraphDef meta_graphs = 2; }
`)('SavedModel');

const infosOf = (tensors: readonly TensorSpec[]) =>
  Object.fromEntries(
    tensors.map(({ name, datatype, shape }) => [
      name,
      {
        name: `${name}:0`,
        dtype: DATATYPES[datatype].tensorflow,
        tensor_shape: { dim: shape.map((size) => ({ size })) },
      },
    ]),
  );

/** Creates a saved_model.pb with one signature and no graph. */
export const savedModel = (
  inputs: readonly TensorSpec[],
  outputs: readonly TensorSpec[],
  signature = 'serving_default',
): Buffer =>
  message.write({
    saved_model_schema_version: 1,
    meta_graphs: [
      { signature_def: { [signature]: { inputs: infosOf(inputs), outputs: infosOf(outputs) } } },
    ],
  });
