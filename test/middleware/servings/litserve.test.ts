import litserve from '../../../middleware/servings/litserve.ts';
import type { ServingRequest } from '../../../middleware/servings/serving.ts';
import { classifierOf, imageInput } from '../../support/codec-inputs.ts';
import { bodyOf, describeCodec, floatsOf } from '../../support/describe-codec.ts';
import { predictionAnswers } from '../../support/predictions.ts';

/** The form of a request, read by another parser than ours. */
const formIn = (request: ServingRequest): Promise<FormData> =>
  new Response(bodyOf(request), { headers: request.headers }).formData();

/** The content of the only part of the form. */
const fileIn = (request: ServingRequest): Uint8Array => {
  const body = bodyOf(request);
  return body.subarray(body.indexOf('\r\n\r\n') + 4, body.lastIndexOf('\r\n--'));
};

describeCodec({
  serving: 'litserve',
  rest: {
    paths: { image: '/predict', tensor: '/predict' },
    readBack: (request, payload) =>
      payload === 'image' ? fileIn(request) : floatsOf(fileIn(request)),
    ...predictionAnswers,
  },
});

describe('A request to LitServe', () => {
  const model = classifierOf('litserve');
  const image = {
    payload: 'image',
    bytes: Uint8Array.from([0xff, 0xd8, 13, 10, 45, 45]),
    mediaType: 'image/jpeg',
  } as const;
  const pixels = { width: 2, height: 1, data: Uint8Array.from([0, 10, 20, 30, 40, 50]) };

  it('is a form with one file and its media type', async () => {
    const form = await formIn(litserve.rest.encode(image, 'form', model));
    const file = form.get('request') as File;

    expect([...form.keys()]).toEqual(['request']);
    expect([file.name, file.type]).toEqual(['input', 'image/jpeg']);
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(image.bytes);
  });

  it('declares a tensor as octets', async () => {
    const input = imageInput('litserve', 'tensor', pixels);
    const form = await formIn(litserve.rest.encode(input, 'form', model));
    const file = form.get('request') as File;

    expect([file.type, file.size]).toEqual(['application/octet-stream', 24]);
  });

  it('contains the image itself, not a copy', () => {
    expect(litserve.rest.encode(image, 'form', model).body[1]).toBe(image.bytes);
  });
});
