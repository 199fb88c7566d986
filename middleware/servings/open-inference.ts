import type { ModelContract } from '../../serving-configs/manifest.ts';
import { shapeOf } from '../../serving-configs/models/input/image-input.ts';
import type { ScoredClass } from '../../serving-configs/models/best-classes.ts';
import { CLASS_COUNT } from '../../serving-configs/models/labels.ts';
import {
  HEADER_LENGTH,
  valuesOf,
  type NamedTensor,
} from '../../serving-configs/models/tensors/tensor-body.ts';
import {
  MODEL_INFER,
  modelInferRequestBefore,
} from '../../serving-configs/protocols/open-inference/messages.ts';
import { listAsJson } from './json-tensor.ts';
import { JSON_TYPE, OCTETS, readOutputs, type ModelOutputs } from './named-tensors.ts';
import { messageOutputs, openInferenceTensors } from './open-inference-tensors.ts';
import { unsupported, type Codec, type GrpcCodec, type ServingCodecs } from './serving.ts';
import { tensorBytes } from './tensor-bytes.ts';
import { topFive } from './top-five.ts';

const tensorsOf = (model: ModelContract): { readonly input: string; readonly output: string } => {
  if (model.tensors === undefined) throw new Error(`model "${model.name}" names no tensors`);
  return model.tensors;
};

/** The one output of the classifier, described like the outputs of a user's model. */
const outputsOf = (model: ModelContract): ModelOutputs => ({
  outputs: [{ name: tensorsOf(model).output, datatype: 'FP32', shape: [1, CLASS_COUNT] }],
});

const classesOf = (
  outputs: readonly NamedTensor[],
  { output }: ModelContract,
): readonly ScoredClass[] =>
  outputs.flatMap((tensor) => topFive(valuesOf(tensor) as Float32Array, output));

/**
 * The Open Inference Protocol, version 2: `POST /v2/models/{model}/infer`. The encoding is JSON or the binary tensor extension:
 * JSON, whose length is in an HTTP header, followed by little-endian floats.
 */
const rest: Codec = {
  encode(input, encoding, model) {
    if (input.payload !== 'tensor') throw unsupported(input.payload, encoding, model);
    const { pixels } = input;
    const names = tensorsOf(model);
    const path = `/v2/models/${model.name}/infer`;
    const description = {
      name: names.input,
      shape: shapeOf(model.layout, pixels),
      datatype: 'FP32',
    };
    if (encoding === 'binary') {
      const size = pixels.width * pixels.height * 3 * Float32Array.BYTES_PER_ELEMENT;
      const header = Buffer.from(
        JSON.stringify({
          inputs: [{ ...description, parameters: { binary_data_size: size } }],
          outputs: [{ name: names.output, parameters: { binary_data: true } }],
        }),
      );
      const headers = {
        'content-type': OCTETS,
        [HEADER_LENGTH]: String(header.length),
      };
      const { bytes, release } = tensorBytes(pixels, model.layout, header);
      return { method: 'POST', path, headers, body: [bytes], release };
    }
    if (encoding === 'json') {
      const before = `{"inputs":[${JSON.stringify(description).slice(0, -1)},"data":`;
      const after = `}],"outputs":[${JSON.stringify({ name: names.output })}]}`;
      const { bytes, release } = listAsJson(pixels, model.layout, before, after);
      const headers = { 'content-type': JSON_TYPE };
      return { method: 'POST', path, headers, body: [bytes], release };
    }
    throw unsupported(input.payload, encoding, model);
  },

  decode: (response, model) => classesOf(readOutputs(response, outputsOf(model)), model),
};

/** The Open Inference Protocol over gRPC: `ModelInfer` with the tensor as raw little-endian bytes, never as a list of floats. */
const grpc: GrpcCodec = {
  encode(input, encoding, model) {
    if (input.payload !== 'tensor' || encoding !== 'raw') {
      throw unsupported(input.payload, encoding, model);
    }
    const { pixels } = input;
    const names = tensorsOf(model);
    const { bytes, release } = tensorBytes(pixels, model.layout);
    const head = modelInferRequestBefore(
      {
        model_name: model.name,
        inputs: [{ name: names.input, datatype: 'FP32', shape: shapeOf(model.layout, pixels) }],
        outputs: [{ name: names.output }],
      },
      bytes.length,
    );
    return { method: 'POST', path: MODEL_INFER, headers: {}, body: [head, bytes], release };
  },

  decode: (response, model) => classesOf(messageOutputs(response, outputsOf(model)), model),
};

/** The codecs of every platform that implements the protocol with its binary tensor extension. */
export const openInference = {
  rest,
  grpc,
  tensors: openInferenceTensors,
} as const satisfies ServingCodecs;

const restInJson: Codec = {
  ...rest,
  encode(input, encoding, model) {
    if (encoding !== 'json') throw unsupported(input.payload, encoding, model);
    return rest.encode(input, encoding, model);
  },
};

/** The codecs of platforms without binary tensors over REST. */
export const openInferenceInJson = {
  ...openInference,
  rest: restInJson,
} as const satisfies ServingCodecs;
