import type { ModelContract } from '../../serving-configs/manifest.ts';
import { unsupported } from './encoding-error.ts';
import { fullsizeRowsAsJson, rowsAsJson, type JsonText } from './json-tensor.ts';
import { asNumbers, asObject, readJson } from './read-json.ts';
import {
  MalformedAnswer,
  type RestCodec,
  type RestRequest,
  type ServingCodecs,
} from './serving.ts';
import { tensorBytes } from './tensor-bytes.ts';
import { topFive } from './top-five.ts';

const ROWS_BEFORE = '{"signature_name":"serving_default","instances":[';
const ROWS_AFTER = ']}';

const request = (model: ModelContract, body: readonly Uint8Array[]): RestRequest => ({
  method: 'POST',
  path: `/v1/models/${model.name}:predict`,
  headers: { 'content-type': 'application/json' },
  body,
});

const rowsRequest = (model: ModelContract, { bytes, release }: JsonText): RestRequest => ({
  ...request(model, [bytes]),
  release,
});

/**
 * Bytes for a signature whose input is a string: base64 in an object with the one key `b64`. Three parts, since joining
 * the texts first would copy the long one twice more.
 */
const bytesRequest = (model: ModelContract, input: string, bytes: Uint8Array): RestRequest => {
  const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  return request(model, [
    Buffer.from(`{"signature_name":"serving_${input}","inputs":{"${input}":{"b64":"`, 'latin1'),
    Buffer.from(base64, 'latin1'),
    Buffer.from('"}}}', 'latin1'),
  ]);
};

/**
 * TensorFlow Serving's predict API: `POST /v1/models/{model}:predict`. Its REST side has no binary tensors, so that
 * besides JSON numbers (`serving_default`) the exported model has signatures that take bytes: the floats
 * (`serving_raw`) and the file (`serving_jpeg`).
 */
const rest: RestCodec = {
  encode(input, encoding, model) {
    if (input.payload === 'image') {
      if (encoding === 'base64') return bytesRequest(model, 'jpeg', input.bytes);
    } else if (input.payload === 'tensor_fullsize') {
      if (encoding === 'json') {
        return rowsRequest(model, fullsizeRowsAsJson(input.pixels, ROWS_BEFORE, ROWS_AFTER));
      }
    } else if (encoding === 'json') {
      return rowsRequest(model, rowsAsJson(input.pixels, model.family, ROWS_BEFORE, ROWS_AFTER));
    } else if (encoding === 'base64') {
      const { bytes, release } = tensorBytes(input.pixels, model);
      const withBase64 = bytesRequest(model, 'raw', bytes);
      release();
      return withBase64;
    }
    throw unsupported(input.payload, encoding, model);
  },

  decode({ body }, model) {
    const answer = asObject(readJson(body), 'The answer');
    // A request in rows is answered in "predictions", one in columns in "outputs".
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

export default { rest } satisfies ServingCodecs;
