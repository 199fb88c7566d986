import type { ModelContract } from '../../serving-configs/manifest.ts';
import { shapeOf } from '../../serving-configs/models/input/image-input.ts';
import { CLASS_COUNT } from '../../serving-configs/models/labels.ts';
import { HEADER_LENGTH } from '../../serving-configs/models/tensors/tensor-body.ts';
import {
  MODEL_INFER,
  modelInferRequestBefore,
  modelInferResponse,
} from '../../serving-configs/protocols/open-inference/messages.ts';
import { unsupported } from './encoding-error.ts';
import { listAsJson } from './json-tensor.ts';
import { jsonLengthOf, JSON_TYPE, OCTETS } from './named-tensors.ts';
import { openInferenceTensors } from './open-inference-tensors.ts';
import { asNumbers, asObject, readJson } from './read-json.ts';
import { readMessage } from './read-message.ts';
import { MalformedAnswer, type Codec, type GrpcCodec, type ServingCodecs } from './serving.ts';
import { tensorBytes } from './tensor-bytes.ts';
import { topFive } from './top-five.ts';

const OUTPUT_BYTES = CLASS_COUNT * 4;

const tensorsOf = (model: ModelContract): { readonly input: string; readonly output: string } => {
  if (model.tensors === undefined) throw new Error(`model "${model.name}" names no tensors`);
  return model.tensors;
};

/** A value of the answer for a message: as JSON, cut to a line. */
const shown = (value: unknown): string =>
  value === undefined ? 'missing' : JSON.stringify(value).slice(0, 80);

const isShape = (shape: unknown): boolean =>
  Array.isArray(shape) && shape.length === 2 && shape[0] === 1 && shape[1] === CLASS_COUNT;

/** The size of an output in the binary part; `undefined` where its numbers are in the JSON. */
const binarySizeOf = (output: Readonly<Record<string, unknown>>): unknown =>
  output['parameters'] === undefined || output['parameters'] === null
    ? undefined
    : asObject(output['parameters'], 'A parameter list')['binary_data_size'];

/** Copies the floats out, since they need not lie at a multiple of four in the answer. */
const floatsOf = (tail: Uint8Array, size: unknown): Float32Array => {
  if (size !== OUTPUT_BYTES || tail.length !== OUTPUT_BYTES) {
    throw new MalformedAnswer(
      `The output has ${tail.length} bytes and declares ${shown(size)}; it should be ${OUTPUT_BYTES}.`,
    );
  }
  return new Float32Array(Uint8Array.from(tail).buffer);
};

interface OutputTold {
  readonly name?: unknown;
  readonly datatype?: unknown;
  readonly shape?: unknown;
}

/** @throws MalformedAnswer where an output is not the one of the model. */
const demandOutput = ({ name, datatype, shape }: OutputTold, model: ModelContract): void => {
  const expected = tensorsOf(model).output;
  if (name !== expected) {
    throw new MalformedAnswer(`The output is named ${shown(name)}, not "${expected}".`);
  }
  if (datatype !== 'FP32') {
    throw new MalformedAnswer(`The output's type is ${shown(datatype)}, not "FP32".`);
  }
  if (!isShape(shape)) {
    throw new MalformedAnswer(`The output's shape is ${shown(shape)}, not [1,${CLASS_COUNT}].`);
  }
};

/**
 * The Open Inference Protocol, version 2, `POST /v2/models/{model}/infer`, all in JSON, or with the binary tensor
 * extension: a JSON header whose length is a header of the request, then the little-endian floats.
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

  decode(response, model) {
    const jsonLength = jsonLengthOf(response);
    if (Number.isNaN(jsonLength)) {
      throw new MalformedAnswer(`The answer's ${HEADER_LENGTH} does not fit its bytes.`);
    }
    const answer = asObject(readJson(response.body.subarray(0, jsonLength)), 'The answer');
    const outputs = answer['outputs'];
    if (!Array.isArray(outputs) || outputs.length !== 1) {
      throw new MalformedAnswer('The answer does not have exactly one output.');
    }
    const output = asObject(outputs[0], 'The output');
    demandOutput(output, model);
    const size = binarySizeOf(output);
    if (size === undefined) return topFive(asNumbers(output['data'], 'The output'), model.output);
    const tail = response.body.subarray(jsonLength ?? response.body.length);
    return topFive(floatsOf(tail, size), model.output);
  },
};

/**
 * The Open Inference Protocol over gRPC: `ModelInfer` with the tensor as raw bytes, little-endian, never as a list of
 * floats.
 */
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

  decode({ body }, model) {
    const answer = readMessage(modelInferResponse, body);
    const { outputs, raw_output_contents: raw = [] } = answer;
    const [output] = outputs;
    if (output === undefined || outputs.length !== 1) {
      throw new MalformedAnswer('The answer does not have exactly one output.');
    }
    demandOutput(output, model);
    const [bytes] = raw;
    if (bytes !== undefined) return topFive(floatsOf(bytes, bytes.length), model.output);
    return topFive(output.contents?.fp32_contents ?? [], model.output);
  },
};

/** For every platform that speaks the protocol as it is written. */
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

/** For platforms whose REST side has no binary tensors. */
export const openInferenceInJson = {
  ...openInference,
  rest: restInJson,
} as const satisfies ServingCodecs;
