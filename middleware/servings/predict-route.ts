import { TENSORS } from '../../serving-configs/manifest.ts';
import { TOP_COUNT, type ScoredClass } from '../../serving-configs/models/best-classes.ts';
import { servedClassesOf, type ServedModel } from '../../serving-configs/models/served-model.ts';
import { applicationRequest, OCTETS, readOutputs } from './infer-body.ts';
import { joinWritten } from './input-tensor.ts';
import { asObject, readJson } from './read-answer.ts';
import {
  MalformedAnswer,
  unsupported,
  type Codec,
  type ServingCodecs,
  type ServingRequest,
} from './serving.ts';

const readPrediction = (value: unknown, classes: number): ScoredClass => {
  const { class: index, score } = asObject(value, 'A prediction');
  if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= classes) {
    throw new MalformedAnswer(`A prediction names no class from 0 to ${classes - 1}.`);
  }
  if (typeof score !== 'number' || !(score >= 0 && score <= 1)) {
    throw new MalformedAnswer(`The score of class ${index} is not a probability.`);
  }
  return { class: index, score };
};

/** Reads the five best classes, best first, from `{"predictions":[{"class":281,"score":0.41},…]}`. */
const readPredictions = (body: Uint8Array, model: ServedModel): readonly ScoredClass[] => {
  const classes = servedClassesOf(model).labels.names.length;
  const count = Math.min(TOP_COUNT, classes);
  const { predictions } = asObject(readJson(body), 'The answer');
  if (!Array.isArray(predictions) || predictions.length !== count) {
    throw new MalformedAnswer(`The answer has no list of ${count} predictions.`);
  }
  const scored = predictions.map((prediction) => readPrediction(prediction, classes));
  if (scored.some(({ score }, index) => score > (scored[index - 1]?.score ?? 1))) {
    throw new MalformedAnswer('The predictions are not in order, the best first.');
  }
  return scored;
};

/** Writes a request around the bytes of an input. */
type WriteRequest = (input: {
  readonly payload: 'image' | 'tensor';
  readonly bytes: readonly Uint8Array[];
  readonly mediaType: string;
}) => Pick<ServingRequest, 'path' | 'headers' | 'body'>;

/**
 * The codec for our applications on platforms without an inference protocol: an image, or the model's input as
 * little-endian 32-bit floats, is sent to a route, and the five best classes come back. The inputs of a user's model go to a route as
 * a body of the Open Inference Protocol, and so do its outputs.
 *
 * @param request - Writes what surrounds the bytes of an image or an input on a platform.
 */
export const predictRoute = (
  encoding: 'raw' | 'form',
  request: WriteRequest,
  pathOf: (model: ServedModel) => string,
): Codec => ({
  encode(input, targetEncoding, model) {
    if (input.payload === TENSORS) {
      return applicationRequest(pathOf(model), input.tensors, targetEncoding, model);
    }
    const { payload } = input;
    if (targetEncoding === encoding && payload === 'image') {
      const { bytes, mediaType } = input;
      return { method: 'POST', ...request({ payload, bytes: [bytes], mediaType }) };
    }
    if (targetEncoding === encoding && payload === 'tensor') {
      const { body: bytes, release } = joinWritten([input.image.asBytes()]);
      return { method: 'POST', ...request({ payload, bytes, mediaType: OCTETS }), release };
    }
    throw unsupported(payload, targetEncoding, model);
  },

  decode: (response, model, payload) =>
    payload === TENSORS
      ? readOutputs(response, model)
      : { kind: 'classes', classes: readPredictions(response.body, model) },
});

/** The codecs of a platform whose request body is the input itself, with its media type in the header. */
export const inputAsBody = (
  paths: Readonly<Record<'image' | 'tensor', string>>,
): ServingCodecs => ({
  rest: predictRoute(
    'raw',
    ({ payload, bytes, mediaType }) => ({
      path: paths[payload],
      headers: { 'content-type': mediaType },
      body: bytes,
    }),
    () => paths.tensor,
  ),
});
