/** The fields of a gRPC request that faults change, as paths of field numbers; see `protobuf-fields.ts`. */
export interface MethodFields {
  /** The bytes of an image file; absent if the method takes no images. */
  readonly image?: readonly number[];
  /** The little-endian floats of a tensor. */
  readonly tensor: readonly number[];
  /** What the request declares about its tensor; absent if it declares nothing. */
  readonly declared?: {
    /** All sizes of the shape, or the last one. */
    readonly shape: readonly number[];
    readonly type: readonly number[];
    /** The content of the field `type` for 32-bit integers. */
    readonly int32: Buffer;
  };
}

/** The fields of each method, by its path. */
export const methodFields: Readonly<Record<string, MethodFields>> = {
  // grpc_predict_v2.proto of the Open Inference Protocol. ModelInferRequest: inputs 5, raw_input_contents 7; InferInputTensor:
  // datatype 2, shape 3.
  '/inference.GRPCInferenceService/ModelInfer': {
    tensor: [7],
    declared: { shape: [5, 3], type: [5, 2], int32: Buffer.from('INT32') },
  },
  // PredictRequest in tensorflow_serving/apis/predict.proto: inputs 2, a map whose value is field 2. In
  // tensorflow/core/framework, TensorProto: dtype 1, tensor_shape 2, tensor_content 4, string_val 8; TensorShapeProto: dim 2,
  // whose size is field 1; types.proto: DT_INT32 is 3.
  '/tensorflow.serving.PredictionService/Predict': {
    image: [2, 2, 8],
    tensor: [2, 2, 4],
    declared: { shape: [2, 2, 2, 2, 1], type: [2, 2, 1], int32: Buffer.from([3]) },
  },
  // PredictionsRequest in pytorch/serve, inference.proto: input 3, a map whose value is field 2.
  '/org.pytorch.serve.grpc.inference.InferenceAPIsService/Predictions': {
    image: [3, 2],
    tensor: [3, 2],
  },
};
