import {
  WireRefusal,
  type DirectAnswer,
  type InferenceCall,
  type WireAnswer,
} from '../../../serving-configs/protocols/wire.ts';

/** The call behind a route that must be an inference. */
export const inferenceOf = (route: DirectAnswer | InferenceCall): InferenceCall => {
  if (route.kind === 'inference') return route;
  throw new Error(`answered ${route.answer.status}: ${String(route.answer.body)}`);
};

/** The answer of a route that must not need a model. */
export const answerOf = (route: DirectAnswer | InferenceCall): WireAnswer => {
  if (route.kind === 'answer') return route.answer;
  throw new Error('wants to infer');
};

export const parsed = (body: Uint8Array | string): Record<string, unknown> =>
  JSON.parse(Buffer.from(body).toString()) as Record<string, unknown>;

/** The answer with which a body is refused. */
export const readRefused = (call: InferenceCall, body: Uint8Array): WireAnswer => {
  try {
    call.read(body);
  } catch (error) {
    if (error instanceof WireRefusal) return error.answer;
    throw error;
  }
  throw new Error('the body was taken');
};
