import { readOfficialSchema } from './official-messages/read-schema.ts';

/** Numbers as in tensorflow/tensorflow, tensorflow/core/protobuf/{saved_model,meta_graph}.proto. */
const message = readOfficialSchema(`
  syntax = "proto3";
  message TensorInfo { string name = 1; int32 dtype = 2; }
  message SignatureDef { map<string, TensorInfo> inputs = 1; map<string, TensorInfo> outputs = 2; }
  message MetaGraphDef { map<string, SignatureDef> signature_def = 5; }
  message SavedModel { int64 saved_model_schema_version = 1; repeated MetaGraphDef meta_graphs = 2; }
`)('SavedModel');

const named = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, { name: `${name}:0`, dtype: 1 }]));

/** The bytes of saved_model.pb with no graph, and one signature. */
export const savedModel = (
  inputs: readonly string[],
  outputs: readonly string[],
  signature = 'serving_default',
): Buffer =>
  message.write({
    saved_model_schema_version: 1,
    meta_graphs: [
      { signature_def: { [signature]: { inputs: named(inputs), outputs: named(outputs) } } },
    ],
  });
