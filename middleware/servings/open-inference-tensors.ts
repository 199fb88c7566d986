import { TENSORS } from '../../serving-configs/manifest.ts';
import {
  MODEL_INFER,
  modelInferRequest,
  modelInferResponse,
} from '../../serving-configs/protocols/open-inference/messages.ts';
import type { NamedTensor } from '../../serving-configs/models/tensors/tensor-body.ts';
import { assertOutputs, readOutputs, tensorRequest, type ModelOutputs } from './named-tensors.ts';
import { readMessage } from './read-message.ts';
import {
  unsupported,
  type ServingCodecs,
  type ServingResponse,
  type TensorCodec,
} from './serving.ts';

const nothing = new Uint8Array(0);

const rest: TensorCodec = {
  encode(inputs, encoding, model) {
    const parameters = encoding === 'binary' ? { parameters: { binary_data: true } } : {};
    const outputs = model.outputs.map(({ name }) => ({ name, ...parameters }));
    const path = `/v2/models/${model.name}/infer`;
    return tensorRequest(path, inputs, encoding, model, { outputs });
  },

  decode: readOutputs,
};

/**
 * Reads the outputs in a gRPC answer: raw bytes in the order of the outputs, or floats within each output.
 * @throws MalformedAnswer
 */
export const messageOutputs = (
  { body }: ServingResponse,
  model: ModelOutputs,
): readonly NamedTensor[] => {
  const { outputs, raw_output_contents: raw = [] } = readMessage(modelInferResponse, body);
  const tensors = outputs.map(({ contents, ...output }, at) => ({
    ...output,
    bytes: raw[at] ?? new Uint8Array(Float32Array.from(contents?.fp32_contents ?? []).buffer),
  }));
  return assertOutputs(tensors, model);
};

/** Sends values as raw bytes in the order of the inputs. A server that gets raw bytes answers with raw bytes. */
const grpc: TensorCodec = {
  encode(inputs, encoding, model) {
    if (encoding !== 'raw') throw unsupported(TENSORS, encoding, model);
    const head = modelInferRequest.encode({
      model_name: model.name,
      inputs: inputs.map(({ name, datatype, shape }) => ({ name, datatype, shape })),
      outputs: model.outputs.map(({ name }) => ({ name })),
    });
    const raw = inputs.flatMap(({ bytes }) => [
      modelInferRequest.open('raw_input_contents', nothing, bytes.length),
      bytes,
    ]);
    return { method: 'POST', path: MODEL_INFER, headers: {}, body: [head, ...raw] };
  },

  decode: messageOutputs,
};

/** Tensor codecs for every platform that speaks the Open Inference Protocol. */
export const openInferenceTensors = { rest, grpc } as const satisfies ServingCodecs['tensors'];
