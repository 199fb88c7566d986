import { TOP_COUNT, type ScoredClass } from '../../serving-configs/models/best-classes.ts';
import { CLASS_COUNT } from '../../serving-configs/models/labels.ts';
import { applicationTensors, OCTETS } from './named-tensors.ts';
import { asObject, readJson } from './read-json.ts';
import {
  MalformedAnswer,
  unsupported,
  type Codec,
  type ServingCodecs,
  type ServingRequest,
} from './serving.ts';
import { tensorBytes } from './tensor-bytes.ts';

const readPrediction = (value: unknown): ScoredClass => {
  const { class: index, score } = asObject(value, 'A prediction');
  if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= CLASS_COUNT) {
    throw new MalformedAnswer(`A prediction names no class from 0 to ${CLASS_COUNT - 1}.`);
  }
  if (typeof score !== 'number' || !(score >= 0 && score <= 1)) {
    throw new MalformedAnswer(`The score of class ${index} is not a probability.`);
  }
  return { class: index, score };
};

/** Reads the five best classes, best first, from `{"predictions":[{"class":281,"score":0.41},…]}`. */
const readPredictions = (body: Uint8Array): readonly ScoredClass[] => {
  const { predictions } = asObject(readJson(body), 'The answer');
  if (!Array.isArray(predictions) || predictions.length !== TOP_COUNT) {
    throw new MalformedAnswer(`The answer has no list of ${TOP_COUNT} predictions.`);
  }
  const scored = predictions.map(readPrediction);
  if (scored.some(({ score }, index) => score > (scored[index - 1]?.score ?? 1))) {
    throw new MalformedAnswer('The predictions are not in order, the best first.');
  }
  return scored;
};

/** Writes a request for the bytes of an input. */
type PredictRequest = (input: {
  readonly payload: 'image' | 'tensor';
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}) => Pick<ServingRequest, 'path' | 'headers' | 'body'>;

/**
 * The codec for our applications on platforms without an inference protocol: an image, or the model's input as
 * little-endian 32-bit floats, is sent to a route. `request` writes what surrounds these bytes on a platform.
 */
export const predictRoute = (encoding: 'raw' | 'form', request: PredictRequest): Codec => ({
  encode(input, targetEncoding, model) {
    if (targetEncoding !== encoding || input.payload === 'tensor_fullsize') {
      throw unsupported(input.payload, targetEncoding, model);
    }
    if (input.payload === 'image') {
      const { payload, bytes, mediaType } = input;
      return { method: 'POST', ...request({ payload, bytes, mediaType }) };
    }
    const { payload, pixels } = input;
    const { bytes, release } = tensorBytes(pixels, model.layout);
    return { method: 'POST', ...request({ payload, bytes, mediaType: OCTETS }), release };
  },

  decode: ({ body }) => readPredictions(body),
});

/** The codecs of a platform whose request body is the input itself, with its media type in the header. */
export const inputAsBody = (paths: Readonly<Record<'image' | 'tensor', string>>) =>
  ({
    rest: predictRoute('raw', ({ payload, bytes, mediaType }) => ({
      path: paths[payload],
      headers: { 'content-type': mediaType },
      body: [bytes],
    })),
    tensors: applicationTensors(() => paths.tensor),
  }) satisfies ServingCodecs;
