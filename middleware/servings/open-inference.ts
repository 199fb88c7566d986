import type { ServedModel } from '../../serving-configs/models/served-model.ts';
import {
  MODEL_INFER,
  modelInferRequest,
  modelInferResponse,
} from '../../serving-configs/protocols/open-inference/messages.ts';
import { inferBody, outputsWith, readOutputs } from './infer-body.ts';
import { joinWritten, type InputTensor } from './input-tensor.ts';
import { readMessage } from './read-answer.ts';
import { tensorsIn, unsupported, type Codec, type ServingCodecs } from './serving.ts';

const nothing = new Uint8Array(0);

/**
 * The Open Inference Protocol, version 2: `POST /v2/models/{model}/infer`. The encoding is JSON or the binary tensor extension:
 * JSON, whose length is in an HTTP header, followed by little-endian values.
 */
const rest: Codec = {
  encode(input, encoding, model) {
    const tensors = tensorsIn(input);
    if (tensors === undefined || (encoding !== 'binary' && encoding !== 'json')) {
      throw unsupported(input.payload, encoding, model);
    }
    const body = inferBody(tensors, encoding, model.outputs);
    return { method: 'POST', path: `/v2/models/${model.name}/infer`, ...body };
  },

  decode: readOutputs,
};

/** The field with the values of a tensor, which follow it. */
const rawInput = ({ byteLength }: InputTensor): Uint8Array =>
  modelInferRequest.open('raw_input_contents', nothing, byteLength);

const message = (tensors: readonly InputTensor[], { name, outputs }: ServedModel): Uint8Array =>
  modelInferRequest.encode({
    model_name: name,
    inputs: tensors.map((tensor) => ({
      name: tensor.name,
      datatype: tensor.datatype,
      shape: tensor.shape,
    })),
    outputs: outputs.map((output) => ({ name: output.name })),
  });

/**
 * The Open Inference Protocol over gRPC: `ModelInfer` with all values as raw little-endian bytes in the order of the inputs, never as
 * lists. A server that gets raw bytes answers with raw bytes.
 */
const grpc: Codec = {
  encode(input, encoding, model) {
    const tensors = tensorsIn(input);
    if (tensors === undefined || encoding !== 'raw') {
      throw unsupported(input.payload, encoding, model);
    }
    const written = tensors.map((tensor, at) => {
      const field = rawInput(tensor);
      const head = at === 0 ? Buffer.concat([message(tensors, model), field]) : field;
      return tensor.asBytes(head);
    });
    return { method: 'POST', path: MODEL_INFER, headers: {}, ...joinWritten(written) };
  },

  decode: ({ body }, model) =>
    outputsWith(() => {
      const { outputs, raw_output_contents: raw = [] } = readMessage(modelInferResponse, body);
      return outputs.map(({ contents, ...output }, at) => ({
        ...output,
        bytes: raw[at] ?? new Uint8Array(Float32Array.from(contents?.fp32_contents ?? []).buffer),
      }));
    }, model),
};

/** The codecs of every platform that implements the protocol with its binary tensor extension. */
export const openInference = { rest, grpc } as const satisfies ServingCodecs;

/** The codecs of platforms without binary tensors over REST. */
export const openInferenceInJson = {
  grpc,
  rest: {
    ...rest,
    encode(input, encoding, model) {
      if (encoding !== 'json') throw unsupported(input.payload, encoding, model);
      return rest.encode(input, encoding, model);
    },
  },
} as const satisfies ServingCodecs;
