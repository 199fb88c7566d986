/** Inputs of codecs as the middleware makes them, and what it reads from answers. */
import { formOf, givenTensor, pixelTensor } from '../../middleware/servings/input-tensor.ts';
import type { Codec, CodecInput, ServingResponse } from '../../middleware/servings/serving.ts';
import { classesOf } from '../../middleware/servings/top-five.ts';
import {
  manifestOf,
  RESNET50,
  servingFactsOf,
  type ServingName,
} from '../../serving-configs/index.ts';
import { TENSORS, type Payload, type PixelPayload } from '../../serving-configs/manifest.ts';
import type { ScoredClass } from '../../serving-configs/models/best-classes.ts';
import type { Pixels } from '../../serving-configs/models/input/geometry.ts';
import { imageFor, type ImageInput } from '../../serving-configs/models/input/image-input.ts';
import { CLASSIFIER } from '../../serving-configs/models/model.ts';
import { servedModelOf, type ServedModel } from '../../serving-configs/models/served-model.ts';
import type { NamedTensor } from '../../serving-configs/models/tensors/tensor-body.ts';

/** The classifier as a serving serves it. */
export const classifierOf = (serving: ServingName): ServedModel =>
  servedModelOf(manifestOf(serving, RESNET50).model, CLASSIFIER);

/** What the image of a payload becomes for a serving. */
export const imageOf = (serving: ServingName, payload: Payload): ImageInput =>
  imageFor(payload, CLASSIFIER.images[servingFactsOf(serving).model.layout]);

/** An image as the tensor of a payload. */
export const imageInput = (
  serving: ServingName,
  payload: PixelPayload,
  pixels: Pixels,
): CodecInput => {
  const form = formOf(imageOf(serving, payload));
  const [input] = classifierOf(serving).inputs;
  return { payload, image: pixelTensor(input?.name ?? '', pixels, form) };
};

export const tensorsInput = (tensors: readonly NamedTensor[]): CodecInput => ({
  payload: TENSORS,
  tensors: tensors.map(givenTensor),
});

/** The best classes in an answer to an image. */
export const readClasses = (
  codec: Codec,
  response: ServingResponse,
  model: ServedModel,
): readonly ScoredClass[] => classesOf(codec.decode(response, model, 'tensor'), model);

/** The outputs in an answer to the inputs of a user's model. */
export const readOutputs = (
  codec: Codec,
  response: ServingResponse,
  model: ServedModel,
): readonly NamedTensor[] => {
  const answer = codec.decode(response, model, TENSORS);
  if (answer.kind === 'classes') throw new Error('the codec reads classes in place of outputs');
  return answer.outputs;
};
