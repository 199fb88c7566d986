import torchserve from '../../../middleware/servings/torchserve.ts';
import { manifestOf } from '../../../serving-configs/index.ts';
import { labelOf } from '../../../serving-configs/models/labels.ts';
import { answerOf, bodyOf, describeCodec, floatsOf } from '../../support/describe-codec.ts';

const topOf = (probabilities: readonly number[]): Record<string, number> =>
  Object.fromEntries(
    [...probabilities.entries()]
      .sort(([, one], [, other]) => other - one)
      .slice(0, 5)
      .map(([index, score]) => [labelOf(index), score]),
  );

describeCodec({
  serving: 'torchserve',
  readBack: (request, payload) =>
    payload === 'image' ? bodyOf(request) : floatsOf(bodyOf(request)),
  answers: {
    'a compact object': (probabilities) => answerOf(topOf(probabilities)),
    // As the server prints the handler's dictionary.
    'an indented object': (probabilities) =>
      answerOf(JSON.stringify(topOf(probabilities), null, 2)),
    'an object in another order': (probabilities) =>
      answerOf(Object.fromEntries(Object.entries(topOf(probabilities)).toReversed())),
  },
  malformed: {
    'a name that is no class': [answerOf({ tabby: 0.5, unicorn: 0.2 }), /"unicorn".*no class/],
    'a score that is no number': [answerOf({ tabby: '0.5' }), /"tabby" is not a probability/],
    'a score above one': [answerOf({ tabby: 7.3 }), /"tabby" is not a probability/],
    'a score that is null': [answerOf({ tabby: null }), /"tabby" is not a probability/],
    NaN: [answerOf('{"tabby": NaN}'), /NaN where a number should be/],
    'its own error with status 200': [answerOf({ code: 503, message: 'x' }), /"code".*no class/],
  },
});

describe('a request to TorchServe', () => {
  const { model } = manifestOf('torchserve');

  it('is the file as it came, with its own media type', () => {
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
    const request = torchserve.rest.encode({ payload: 'tensor', pixels }, 'raw', model);

    expect(request.headers).toEqual({ 'content-type': 'application/octet-stream' });
    expect(bodyOf(request)).toHaveLength(602112);
  });
});
