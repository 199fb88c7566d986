import { Admission } from '../../middleware/admission.ts';
import { ClientGone } from '../../middleware/errors.ts';
import { encodeRequest, type Work } from '../../middleware/inference.ts';
import type { InferenceTarget } from '../../middleware/targets.ts';
import type { ServingRequest } from '../../middleware/servings/serving.ts';

const request = {} as ServingRequest;
const target = { isBlocking: false } as InferenceTarget;

/** Encodes the request of a client, which may leave while its body is decoded. */
const encode = async (isLeaving: boolean) => {
  const admission = new Admission({ maxInFlight: 1, maxQueue: 0, maxBytesInFlight: 1000 });
  const visit = admission.enter();
  let encoded = 0;
  const work: Work<unknown> = {
    bytes: () => 0,
    takesThread: true,
    decode: async () => {
      if (isLeaving) visit.leave();
      return () => {
        encoded += 1;
        return request;
      };
    },
    parse: () => undefined,
  };
  const result = await encodeRequest(target, work, visit).catch((error: unknown) => error);
  visit.leave();
  return { result, encoded, inFlight: admission.inFlight };
};

describe('A decoded body', () => {
  it('becomes a request for its serving', async () => {
    expect(await encode(false)).toMatchObject({ result: { request }, encoded: 1, inFlight: 0 });
  });

  it('is dropped if the client left meanwhile, so it costs the serving nothing', async () => {
    expect(await encode(true)).toMatchObject({
      result: expect.any(ClientGone) as unknown,
      encoded: 0,
      inFlight: 0,
    });
  });
});
