import { TENSORS } from '../../serving-configs/manifest.ts';
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
import type { ServedModel } from '../../serving-configs/models/served-model.ts';
import {
  columnContract,
  readAnswer,
  writeRequest,
} from '../../serving-configs/models/tensors/json-contract.ts';
import { JSON_TYPE, outputsWith } from './infer-body.ts';
import { joinWritten } from './input-tensor.ts';
import { asObject, readJson, readMessage } from './read-answer.ts';
import { unsupported, type Codec, type ServingCodecs, type ServingRequest } from './serving.ts';

/** The signature of a model's tensors. */
const DEFAULT = 'serving_default';

const nothing = new Uint8Array(0);

const ROWS_BEFORE = `{"signature_name":"${DEFAULT}","instances":[`;
const ROWS_AFTER = ']}';

const request = ({ name }: ServedModel, body: readonly Uint8Array[]): ServingRequest => ({
  method: 'POST',
  path: `/v1/models/${name}:predict`,
  headers: { 'content-type': JSON_TYPE },
  body,
});

/**
 * The request for a signature whose input is a string: base64 in an object with the single key `b64`. It has three parts,
 * because joining the texts would copy the long one twice more.
 */
const bytesRequest = (model: ServedModel, input: string, bytes: Uint8Array): ServingRequest => {
  const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  return request(model, [
    Buffer.from(`{"signature_name":"serving_${input}","inputs":{"${input}":{"b64":"`, 'latin1'),
    Buffer.from(base64, 'latin1'),
    Buffer.from('"}}}', 'latin1'),
  ]);
};

/**
 * TensorFlow Serving's predict API: `POST /v1/models/{model}:predict`. REST has no binary tensors, so the classifier is exported with
 * signatures that take bytes as well: floats (`serving_raw`) and an image file (`serving_jpeg`). `serving_default` takes JSON
 * numbers: an image as a row (`instances`), all inputs of a user's model as columns (`inputs`).
 */
const rest: Codec = {
  encode(input, encoding, model) {
    const { payload } = input;
    if (encoding === 'base64' && payload === 'image') {
      return bytesRequest(model, 'jpeg', input.bytes);
    }
    if (encoding === 'base64' && payload === 'tensor') {
      const {
        body: [bytes = nothing],
        release,
      } = joinWritten([input.image.asBytes()]);
      const withBase64 = bytesRequest(model, 'raw', bytes);
      release();
      return withBase64;
    }
    if (encoding !== 'json' || payload === 'image') throw unsupported(payload, encoding, model);
    if (payload === TENSORS) {
      const tensors = input.tensors.map((tensor) => tensor.named());
      return request(model, [Buffer.from(writeRequest(columnContract(model), tensors))]);
    }
    const { body, release } = joinWritten([input.image.asRows(ROWS_BEFORE, ROWS_AFTER)]);
    return { ...request(model, body), release };
  },

  decode: ({ body }, model, payload) =>
    outputsWith(() => {
      const answer = asObject(readJson(body), 'The answer');
      // The answer to "instances" is in "predictions", the answer to "inputs" in "outputs".
      const isOfRow = payload !== TENSORS && answer['predictions'] !== undefined;
      const [{ name } = { name: '' }] = model.outputs;
      const contract = isOfRow ? { outputs: { [name]: '/predictions' } } : columnContract(model);
      return readAnswer(contract, answer, model.outputs);
    }, model),
};

const predict = (body: readonly Uint8Array[]): ServingRequest => ({
  method: 'POST',
  path: PREDICT,
  headers: {},
  body,
});

/**
 * TensorFlow Serving's `Predict` over gRPC, with values as `tensor_content`, never as a list. It uses the same signatures as
 * REST, except `serving_raw`, which is not needed here. Of a user's model, it requests only the outputs in its description.
 */
const grpc: Codec = {
  encode(input, encoding, model) {
    if (encoding !== 'raw') throw unsupported(input.payload, encoding, model);
    const { name, outputs } = model;
    if (input.payload === 'image') {
      const message = predictRequest.encode({
        model_spec: { name, signature_name: 'serving_jpeg' },
        inputs: { jpeg: { dtype: DT_STRING, string_val: [input.bytes] } },
      });
      return predict([message]);
    }
    const spec = { model_spec: { name, signature_name: DEFAULT } };
    if (input.payload === TENSORS) {
      const message = { ...spec, output_filter: outputs.map((output) => output.name) };
      const contents = input.tensors.map((tensor) => contentOf(tensor.named()));
      return predict(predictRequestParts(message, contents));
    }
    const { image } = input;
    const {
      body: [bytes = nothing],
      release,
    } = joinWritten([image.asBytes()]);
    const content = { name: image.name, dtype: DT_FLOAT, shape: image.shape, bytes };
    return { ...predict(predictRequestParts(spec, [content])), release };
  },

  decode: ({ body }, model) =>
    outputsWith(() => tensorsFrom(readMessage(predictResponse, body).outputs), model),
};

export default { rest, grpc } satisfies ServingCodecs;
