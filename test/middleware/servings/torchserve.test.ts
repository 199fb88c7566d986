import torchserve from '../../../middleware/servings/torchserve.ts';
import { manifestOf } from '../../../serving-configs/index.ts';
import { bodyOf, describeCodec, floatsOf } from '../../support/describe-codec.ts';
import { labelAnswers } from '../../support/top-labels.ts';

describeCodec({
  serving: 'torchserve',
  readBack: (request, payload) =>
    payload === 'image' ? bodyOf(request) : floatsOf(bodyOf(request)),
  ...labelAnswers,
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
