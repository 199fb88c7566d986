import tfserving from '../../../middleware/servings/tfserving.ts';
import type { ServingRequest } from '../../../middleware/servings/serving.ts';
import { manifestOf } from '../../../serving-configs/index.ts';
import { answerOf, bodyOf, describeCodec, floatsOf } from '../../support/describe-codec.ts';
import { noise } from '../../support/picture.ts';

interface Predict {
  readonly signature_name: string;
  readonly instances?: readonly number[][][][];
  readonly inputs?: Readonly<Record<string, { readonly b64: string }>>;
}

const predictOf = (request: ServingRequest): Predict =>
  JSON.parse(bodyOf(request).toString('latin1')) as Predict;

const stringInput = (request: ServingRequest, name: string): Buffer => {
  const { signature_name: signature, inputs } = predictOf(request);
  expect(signature).toBe(`serving_${name}`);
  return Buffer.from(inputs?.[name]?.b64 ?? '', 'base64');
};

const probabilities = Array.from({ length: 1000 }, () => 0.001);

describeCodec({
  serving: 'tfserving',
  readBack: (request, payload, encoding) => {
    if (payload === 'image') return stringInput(request, 'jpeg');
    if (encoding === 'base64') return floatsOf(stringInput(request, 'raw'));
    const { signature_name: signature, instances } = predictOf(request);
    expect(signature).toBe('serving_default');
    expect(instances).toHaveLength(1);
    return instances?.flat(3) ?? [];
  },
  answers: {
    'an answer in rows': (scores) => answerOf({ predictions: [scores] }),
    'an answer in columns': (scores) => answerOf({ outputs: [scores] }),
    'an indented answer': (scores) => answerOf(JSON.stringify({ predictions: [scores] }, null, 4)),
  },
  malformed: {
    'an error with status 200': [answerOf({ error: 'x' }), /neither "predictions" nor "outputs"/],
    'no prediction': [answerOf({ predictions: [] }), /batch of one/],
    'two predictions': [answerOf({ predictions: [probabilities, probabilities] }), /batch of one/],
    'a prediction by name': [answerOf({ predictions: [{ probs: [] }] }), /not a list of numbers/],
    'a score as text': [answerOf({ predictions: [['0.1']] }), /not a list of numbers/],
    'too few scores': [answerOf({ predictions: [[0.1, 0.2]] }), /2 scores instead of 1000/],
    'too many scores': [answerOf({ outputs: [[...probabilities, 0]] }), /1001 scores/],
    'a score above one': [
      answerOf({ predictions: [probabilities.with(7, 3)] }),
      /class 7 is 3, not/,
    ],
    'a number too large': [
      answerOf(`{"predictions":[[1e999,${probabilities.slice(1).join()}]]}`),
      /class 0 is Infinity, not a finite/,
    ],
    NaN: [answerOf('{"predictions": [[NaN, 0.5]]}'), /NaN where a number should be/],
    Infinity: [answerOf('{"outputs": [[0.5, -Infinity]]}'), /-Infinity where a number should be/],
  },
});

describe('a request to TensorFlow Serving', () => {
  const { model } = manifestOf('tfserving');

  it('names the model in its path', () => {
    const input = { payload: 'image', bytes: noise(1, 1), mediaType: 'image/jpeg' } as const;
    const request = tfserving.rest.encode(input, 'base64', model);

    expect(request.path).toBe('/v1/models/resnet-50:predict');
    expect(request.headers).toEqual({ 'content-type': 'application/json' });
  });

  it.each([
    ['tensor', 1, 1],
    ['tensor', 3, 5],
    ['tensor', 224, 224],
    ['tensor_fullsize', 1, 1],
    ['tensor_fullsize', 3, 5],
    ['tensor_fullsize', 7, 2],
    ['tensor_fullsize', 1000, 750],
  ] as const)('nests the %s of a picture of %i×%i as rows of pixels', (payload, width, height) => {
    const pixels = { width, height, data: noise(width, height) };
    const request = tfserving.rest.encode({ payload, pixels }, 'json', model);
    const picture = predictOf(request).instances?.[0] ?? [];

    expect(picture).toHaveLength(height);
    expect(new Set(picture.map((row) => row.length))).toEqual(new Set([width]));
    expect(new Set(picture.flat().map((pixel) => pixel.length))).toEqual(new Set([3]));
    request.release?.();
  });

  it('writes the full-size picture with four decimals', () => {
    const pixels = { width: 2, height: 2, data: Uint8Array.from(Array(12).keys(), (n) => n * 23) };
    const request = tfserving.rest.encode({ payload: 'tensor_fullsize', pixels }, 'json', model);

    expect(predictOf(request).instances?.[0]?.flat(2)).toEqual(
      [...pixels.data].map((byte) => Number((byte / 255).toFixed(4))),
    );
  });

  it('writes every value of the caffe tensor with the decimals of its mean', () => {
    const data = Uint8Array.from({ length: 256 * 3 }, (_, at) => Math.floor(at / 3));
    const input = { payload: 'tensor', pixels: { width: 256, height: 1, data } } as const;
    const row = predictOf(tfserving.rest.encode(input, 'json', model)).instances?.[0]?.[0] ?? [];

    for (const [byte, pixel] of row.entries()) {
      const exact = [103.939, 116.779, 123.68].map((mean) => Number((byte - mean).toFixed(3)));
      expect(pixel).toEqual(exact);
    }
  });
});
