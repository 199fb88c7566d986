import type { InferenceCall, WireAnswer } from '../protocols/wire.ts';

/** Where the time of a request went inside an engine, in milliseconds. */
export interface EngineTimes {
  readonly queueMs: number;
  readonly computeMs: number;
  /** How many requests were computed together. */
  readonly batchSize: number;
}

/** What the server sends back. */
export type EngineReply<Answer = WireAnswer> =
  /** An answer; if the model computed it, with the times. */
  | { readonly kind: 'answer'; readonly answer: Answer; readonly times?: EngineTimes }
  /** No answer: the server destroys the socket. */
  | { readonly kind: 'reset' }
  /** Headers that promise the whole body, then half of the body, then the server destroys the socket. */
  | { readonly kind: 'half-body'; readonly answer: Answer };

/** Computes the answers to requests. */
export interface InferenceEngine {
  /** Whether its model is trained, so that its classes mean something. */
  readonly trained: boolean;
  /**
   * How much of a body it needs: all of it, or only its first chunk and the last two, which is enough for {@link InferenceCall.form}.
   */
  readonly reads: 'whole' | 'glance';
  readonly isReady: boolean;
  /**
   * Resolves when the engine is ready.
   * @throws UsageError if it cannot become ready.
   */
  start(): Promise<void>;
  reply<Answer>(call: InferenceCall<Answer>, body: Uint8Array): Promise<EngineReply<Answer>>;
  close(): Promise<void>;
}

/** The common part of the engines that run no model and therefore do not read the input. */
export const WITHOUT_MODEL = {
  trained: false,
  reads: 'glance',
  isReady: true,
  start: () => Promise.resolve(),
  close: () => Promise.resolve(),
} as const satisfies Partial<InferenceEngine>;
