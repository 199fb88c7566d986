import type { InferenceCall, WireAnswer } from '../protocols/wire.ts';

/** Where the time of a request went inside an engine, in milliseconds. */
export interface EngineTimes {
  readonly queueMs: number;
  readonly computeMs: number;
}

/** What goes back over the socket. */
export type Reply<Answer = WireAnswer> =
  /** With times where the model computed it. */
  | { readonly kind: 'answer'; readonly answer: Answer; readonly times?: EngineTimes }
  /** The socket is destroyed with no answer. */
  | { readonly kind: 'reset' }
  /** The headers promise the whole body; the socket is destroyed after half of it. */
  | { readonly kind: 'half-body'; readonly answer: Answer };

/** What computes behind a wire. */
export interface Engine {
  /** Whether its classes mean anything. */
  readonly trained: boolean;
  /**
   * How much of a body it reads: `glance` is the first and the last piece of it, enough for {@link InferenceCall.form}.
   */
  readonly reads: 'whole' | 'glance';
  readonly isReady: boolean;
  /**
   * Resolves when it can compute.
   * @throws UsageError where it never will.
   */
  start(): Promise<void>;
  reply<Answer>(
    call: InferenceCall<Answer>,
    body: Uint8Array,
  ): Reply<Answer> | Promise<Reply<Answer>>;
  close(): Promise<void>;
}

/** What the engines have in common that compute nothing, and so need not read a request. */
export const WITHOUT_NETWORK = {
  trained: false,
  reads: 'glance',
  isReady: true,
  start: () => Promise.resolve(),
  close: () => Promise.resolve(),
} as const satisfies Partial<Engine>;
