import { modelMessage } from '../../../../serving-configs/models/onnx/messages.ts';

/** The fields of an ONNX file as plain objects; bytes become arrays. */
export const inspectOnnx = (bytes: Uint8Array): Record<string, unknown> => {
  const type = modelMessage();
  return type.toObject(type.decode(bytes), { longs: Number, bytes: Array });
};
