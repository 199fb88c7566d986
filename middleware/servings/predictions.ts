import { TENSORS } from '../../serving-configs/manifest.ts';
import { TOP_COUNT, type ScoredClass } from '../../serving-configs/models/best-classes.ts';
import { servedClassesOf, type ServedModel } from '../../serving-configs/models/served-model.ts';
import { applicationRequest, OCTETS, readOutputs } from './infer-body.ts';
import { joinWritten } from './input-tensor.ts';
import { asObject, readJson } from './read-answer.ts';
import { MalformedAnswer, unsupported, type Codec, type ServingCodecs } from './serving.ts';

/** Reads the five best classes, best first, from an object of names and probabilities. */
export const readScores = (body: Uint8Array, model: ServedModel): readonly ScoredClass[] => {
  const { labels } = servedClassesOf(model);
  const answer = Object.entries(asObject(readJson(body), 'The answer'));
  if (answer.length === 0) throw new MalformedAnswer('The answer names no class.');
  const scored = answer.map(([label, score]): ScoredClass => {
    const index = labels.indexOf(label);
    if (index === undefined) {
      throw new MalformedAnswer(`The answer names "${label.slice(0, 80)}", which is not a class.`);
    }
    if (typeof score !== 'number' || !(score >= 0 && score <= 1)) {
      throw new MalformedAnswer(`The score of "${label}" is not a probability.`);
    }
    return { class: index, score };
  });
  return scored.sort((a, b) => b.score - a.score).slice(0, TOP_COUNT);
};

/**
 * The inference API `POST /predictions/{model}` with the input as the raw body. The handler answers the five best classes
 * by name, or the outputs of a user's model. The media type is always set, because some clients add that of a form, which the
 * server would parse.
 */
const rest: Codec = {
  encode(input, encoding, model) {
    const path = `/predictions/${model.name}`;
    if (input.payload === TENSORS) return applicationRequest(path, input.tensors, encoding, model);
    if (encoding === 'raw' && input.payload === 'image') {
      const headers = { 'content-type': input.mediaType };
      return { method: 'POST', path, headers, body: [input.bytes] };
    }
    if (encoding === 'raw' && input.payload === 'tensor') {
      const headers = { 'content-type': OCTETS };
      return { method: 'POST', path, headers, ...joinWritten([input.image.asBytes()]) };
    }
    throw unsupported(input.payload, encoding, model);
  },

  decode: (response, model, payload) =>
    payload === TENSORS
      ? readOutputs(response, model)
      : { kind: 'classes', classes: readScores(response.body, model) },
};

/** The codecs of every platform with this front end. */
export const predictions = { rest } as const satisfies ServingCodecs;
