import torchserve from '../../../middleware/servings/torchserve.ts';
import type { ServingRequest, ServingResponse } from '../../../middleware/servings/serving.ts';
import type { Payload } from '../../../serving-configs/manifest.ts';
import { classifierOf, imageInput } from '../../support/codec-inputs.ts';
import { answerOf, bodyOf, describeCodec, floatsOf } from '../../support/describe-codec.ts';
import {
  officialPredictionResponse,
  officialPredictionsRequest,
} from '../../support/official-messages/torchserve.ts';
import { labelAnswers } from '../../support/top-labels.ts';

/** The only field of a request, as the server passes it to the handler. */
const inputOf = (request: ServingRequest, payload: Payload): ArrayLike<number> => {
  expect(request.path).toBe('/org.pytorch.serve.grpc.inference.InferenceAPIsService/Predictions');
  const { input, ...rest } = officialPredictionsRequest.read(bodyOf(request));
  expect(rest).toEqual({ model_name: 'resnet-50' });
  expect(Object.keys(input ?? {})).toEqual(['data']);
  const bytes = input?.['data'] ?? Buffer.alloc(0);
  return payload === 'image' ? bytes : floatsOf(bytes);
};

/** An answer with the text of the handler. */
const predictionOf = (text: Uint8Array): ServingResponse =>
  answerOf(officialPredictionResponse.write({ prediction: text }));

describeCodec({
  serving: 'torchserve',
  rest: {
    readBack: (request, payload) =>
      payload === 'image' ? bodyOf(request) : floatsOf(bodyOf(request)),
    ...labelAnswers,
  },
  grpc: {
    readBack: inputOf,
    answers: Object.fromEntries(
      Object.entries(labelAnswers.answers).map(([form, answer]) => [
        form,
        (probabilities) => predictionOf(answer(probabilities).body),
      ]),
    ),
    malformed: {
      ...Object.fromEntries(
        Object.entries(labelAnswers.malformed).map(([name, { body }]) => [
          name,
          predictionOf(body),
        ]),
      ),
      'no text of the handler': answerOf(officialPredictionResponse.write({ sequence_id: '1' })),
      'a text of the handler that is cut off': predictionOf(Buffer.from('{"tabby": 0.')),
    },
  },
});

describe('A request to TorchServe', () => {
  const model = classifierOf('torchserve');

  it('is the unchanged file with its media type', () => {
    const bytes = Uint8Array.from([0xff, 0xd8, 0xff]);
    const input = { payload: 'image', bytes, mediaType: 'image/jpeg' } as const;
    const request = torchserve.rest.encode(input, 'raw', model);

    expect(request).toMatchObject({
      path: '/predictions/resnet-50',
      headers: { 'content-type': 'image/jpeg' },
    });
    expect(request.body[0]).toBe(bytes);
  });

  it('is 602,112 bytes of floats for a tensor', () => {
    const pixels = { width: 224, height: 224, data: new Uint8Array(150528) };
    const input = imageInput('torchserve', 'tensor', pixels);
    const request = torchserve.rest.encode(input, 'raw', model);

    expect(request.headers).toEqual({ 'content-type': 'application/octet-stream' });
    expect(bodyOf(request)).toHaveLength(602112);
  });
});
