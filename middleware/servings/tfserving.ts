import { TENSORS, type ModelContract } from '../../serving-configs/manifest.ts';
import {
  contentOf,
  DT_FLOAT,
  DT_STRING,
  PREDICT,
  predictRequest,
  predictRequestParts,
  predictResponse,
  tensorsFrom,
} from '../../serving-configs/platforms/tfserving/messages.ts';
import { CLASS_COUNT } from '../../serving-configs/models/labels.ts';
import {
  columnContract,
  readAnswer,
  writeRequest,
} from '../../serving-configs/models/tensors/json-contract.ts';
import type { Borrowed } from './buffer-pool.ts';
import { fullsizeRowsAsJson, rowsAsJson } from './json-tensor.ts';
import { outputsWith } from './named-tensors.ts';
import { asNumbers, asObject, readJson } from './read-json.ts';
import { readMessage } from './read-message.ts';
import {
  MalformedAnswer,
  unsupported,
  type Codec,
  type GrpcCodec,
  type ServingCodecs,
  type ServingRequest,
  type TensorCodec,
} from './serving.ts';
import { tensorBytes } from './tensor-bytes.ts';
import { topFive } from './top-five.ts';

const ROWS_BEFORE = '{"signature_name":"serving_default","instances":[';
const ROWS_AFTER = ']}';

const request = (
  { name }: { readonly name: string },
  body: readonly Uint8Array[],
): ServingRequest => ({
  method: 'POST',
  path: `/v1/models/${name}:predict`,
  headers: { 'content-type': 'application/json' },
  body,
});

const rowsRequest = (model: ModelContract, { bytes, release }: Borrowed): ServingRequest => ({
  ...request(model, [bytes]),
  release,
});

/**
 * The request for a signature whose input is a string: base64 in an object with the single key `b64`. It has three parts,
 * because joining the texts would copy the long one twice more.
 */
const bytesRequest = (model: ModelContract, input: string, bytes: Uint8Array): ServingRequest => {
  const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  return request(model, [
    Buffer.from(`{"signature_name":"serving_${input}","inputs":{"${input}":{"b64":"`, 'latin1'),
    Buffer.from(base64, 'latin1'),
    Buffer.from('"}}}', 'latin1'),
  ]);
};

/**
 * TensorFlow Serving's predict API: `POST /v1/models/{model}:predict`. REST has no binary tensors, so the exported model has
 * signatures that take bytes as well: floats (`serving_raw`) and an image file (`serving_jpeg`). `serving_default` takes JSON
 * numbers.
 */
const rest: Codec = {
  encode(input, encoding, model) {
    if (input.payload === 'image') {
      if (encoding === 'base64') return bytesRequest(model, 'jpeg', input.bytes);
    } else if (input.payload === 'tensor_fullsize') {
      if (encoding === 'json') {
        return rowsRequest(model, fullsizeRowsAsJson(input.pixels, ROWS_BEFORE, ROWS_AFTER));
      }
    } else if (encoding === 'json') {
      return rowsRequest(model, rowsAsJson(input.pixels, model.layout, ROWS_BEFORE, ROWS_AFTER));
    } else if (encoding === 'base64') {
      const { bytes, release } = tensorBytes(input.pixels, model.layout);
      const withBase64 = bytesRequest(model, 'raw', bytes);
      release();
      return withBase64;
    }
    throw unsupported(input.payload, encoding, model);
  },

  decode({ body }, model) {
    const answer = asObject(readJson(body), 'The answer');
    // The answer to "instances" is in "predictions", the answer to "inputs" in "outputs".
    const batch = answer['predictions'] ?? answer['outputs'];
    if (batch === undefined) {
      throw new MalformedAnswer('The answer has neither "predictions" nor "outputs".');
    }
    if (!Array.isArray(batch) || batch.length !== 1) {
      throw new MalformedAnswer('The answer is not for a batch of one.');
    }
    return topFive(asNumbers(batch[0], 'The prediction'), model.output);
  },
};

const DEFAULT = 'serving_default';

/** Name of the only output of the exported model. */
const OUTPUT = 'probs';
const OUTPUT_BYTES = 4 * CLASS_COUNT;

const predict = (body: readonly Uint8Array[]): ServingRequest => ({
  method: 'POST',
  path: PREDICT,
  headers: {},
  body,
});

/**
 * TensorFlow Serving's `Predict` over gRPC, with floats as `tensor_content`, never as a list. It uses the same signatures as
 * REST, except `serving_raw`, which is not needed here.
 */
const grpc: GrpcCodec = {
  encode(input, encoding, model) {
    if (encoding !== 'raw') throw unsupported(input.payload, encoding, model);
    if (input.payload === 'image') {
      const message = predictRequest.encode({
        model_spec: { name: model.name, signature_name: 'serving_jpeg' },
        inputs: { jpeg: { dtype: DT_STRING, string_val: [input.bytes] } },
      });
      return predict([message]);
    }
    const { pixels } = input;
    const target = input.payload === 'tensor' ? model.layout : 'fullsize';
    const { bytes, release } = tensorBytes(pixels, model.layout, undefined, target);
    const shape = [1, pixels.height, pixels.width, 3];
    const body = predictRequestParts(
      { model_spec: { name: model.name, signature_name: DEFAULT } },
      [{ name: 'image', dtype: DT_FLOAT, shape, bytes }],
    );
    return { ...predict(body), release };
  },

  decode({ body }, model) {
    const { outputs } = readMessage(predictResponse, body);
    const names = Object.keys(outputs);
    const output = outputs[OUTPUT];
    if (output === undefined || names.length !== 1) {
      throw new MalformedAnswer(`The outputs are [${names.join(', ')}], not [${OUTPUT}].`);
    }
    if (output.dtype !== DT_FLOAT) {
      throw new MalformedAnswer(`The output's type is ${output.dtype}, not ${DT_FLOAT} (float).`);
    }
    const shape = (output.tensor_shape?.dim ?? []).map(({ size }) => size).join();
    if (shape !== `1,${CLASS_COUNT}`) {
      throw new MalformedAnswer(`The output's shape is [${shape}], not [1,${CLASS_COUNT}].`);
    }
    const { tensor_content: content, float_val: list = [] } = output;
    if (content === undefined || content.length === 0) return topFive(list, model.output);
    if (content.length !== OUTPUT_BYTES) {
      throw new MalformedAnswer(
        `The output has ${content.length} bytes; it should be ${OUTPUT_BYTES}.`,
      );
    }
    return topFive(new Float32Array(Uint8Array.from(content).buffer), model.output);
  },
};

/** Sends tensors as columns (`inputs`) to the default signature. */
const restTensors: TensorCodec = {
  encode(inputs, encoding, model) {
    if (encoding !== 'json') throw unsupported(TENSORS, encoding, model);
    return request(model, [Buffer.from(writeRequest(columnContract(model), inputs))]);
  },

  decode: ({ body }, model) =>
    outputsWith(() => readAnswer(columnContract(model), readJson(body), model.outputs), model),
};

/** Sends tensors as bytes and gets lists back. It requests only the outputs in the model's description. */
const grpcTensors: TensorCodec = {
  encode(inputs, encoding, model) {
    if (encoding !== 'raw') throw unsupported(TENSORS, encoding, model);
    const message = {
      model_spec: { name: model.name, signature_name: DEFAULT },
      output_filter: model.outputs.map(({ name }) => name),
    };
    return predict(predictRequestParts(message, inputs.map(contentOf)));
  },

  decode: ({ body }, model) =>
    outputsWith(() => tensorsFrom(readMessage(predictResponse, body).outputs), model),
};

export default {
  rest,
  grpc,
  tensors: { rest: restTensors, grpc: grpcTensors },
} satisfies ServingCodecs;
