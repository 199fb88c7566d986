import type { Visit } from './admission.ts';
import { decodeSlots } from './decode-slots.ts';
import { ClientGone } from './errors.ts';
import type { Timings } from './metrics/request-metrics.ts';
import type { InferenceTarget } from './targets.ts';
import type { ServingRequest, ServingResponse } from './servings/serving.ts';
import { answerErrorOf } from './transports/upstream-errors.ts';

/** The steps from a received body to the request for its serving, and from the answer to a result. */
export interface Work<Result> {
  /** Returns the memory needed in addition to the body. */
  readonly bytes: () => number;
  /** Whether it needs a slot of {@link decodeSlots}. */
  readonly takesThread: boolean;
  /** Decodes the body and returns a function that encodes the request. */
  readonly decode: () => (() => ServingRequest) | Promise<() => ServingRequest>;
  /** @throws MalformedAnswer */
  readonly parse: (response: ServingResponse) => Result;
}

/** The request for a serving, and how long each phase took until it was ready. */
interface EncodedRequest {
  readonly request: ServingRequest;
  readonly timingsMs: Pick<Timings, 'receive' | 'queue' | 'decode' | 'encode'>;
  readonly encodedAtMs: number;
}

/**
 * Does everything before a request is sent: waits for its turn, decodes and encodes.
 * @throws the errors of errors.ts
 */
export const encodeRequest = async (
  { isBlocking }: InferenceTarget,
  { bytes, takesThread, decode }: Work<unknown>,
  visit: Visit,
): Promise<EncodedRequest> => {
  const startMs = performance.now();
  await visit.turn(bytes(), isBlocking);
  if (takesThread) await decodeSlots.take();
  const turnMs = performance.now();
  let encode: () => ServingRequest;
  try {
    encode = await decode();
  } finally {
    if (takesThread) decodeSlots.give();
  }
  // Decoding cannot be interrupted, so its result is dropped here.
  if (visit.left) throw new ClientGone();
  const decodedMs = performance.now();
  const request = encode();
  const encodedAtMs = performance.now();
  return {
    request,
    timingsMs: {
      receive: startMs - visit.arrivedAtMs,
      queue: turnMs - startMs,
      decode: decodedMs - turnMs,
      encode: encodedAtMs - decodedMs,
    },
    encodedAtMs,
  };
};

export interface Inference<Result> {
  readonly result: Result;
  readonly timingsMs: Timings;
}

/**
 * Handles one body: waits for its turn, decodes, encodes, sends the request to the serving and parses the answer.
 * @throws the errors of errors.ts
 */
export const infer = async <Result>(
  target: InferenceTarget,
  work: Work<Result>,
  visit: Visit,
): Promise<Inference<Result>> => {
  const { request, timingsMs: before, encodedAtMs } = await encodeRequest(target, work, visit);
  const response = await target.transport.send(request, (abort) => {
    visit.onLeave = () => {
      abort(new ClientGone());
    };
  });
  visit.onLeave = undefined;
  const answeredMs = performance.now();
  let result: Result;
  try {
    result = work.parse(response);
  } catch (error) {
    throw answerErrorOf(error, target.serving);
  }
  const parsedMs = performance.now();
  const timingsMs = {
    ...before,
    upstream: answeredMs - encodedAtMs,
    parse: parsedMs - answeredMs,
    total: parsedMs - visit.arrivedAtMs,
  };
  return { result, timingsMs };
};
