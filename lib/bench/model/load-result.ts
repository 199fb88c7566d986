import {
  array,
  as,
  boolean,
  described,
  number,
  object,
  oneOf,
  optional,
  dictionary,
  string,
  type Static,
} from '../../../serving-configs/schema.ts';
import { LOAD_GENERATORS } from './plan-options.ts';

/**
 * Why a request failed.
 * - `connect`: no connection, or not in time
 * - `timeout`: no complete answer in time
 * - `reset`: the connection broke, or the answer was not HTTP
 * - `http-<code>`: a status other than 200
 * - `server-<code>`: the middleware answered that the serving did with this status, of HTTP or gRPC
 * - `wrong-answer`: status 200 with a wrong answer, or one that is not JSON
 * - `not-understood`: the serving answered, but not as its protocol says: NaN, another shape, a missing output
 */
export type FailureClass =
  | 'connect'
  | 'timeout'
  | 'reset'
  | 'wrong-answer'
  | 'not-understood'
  | `http-${number}`
  | `server-${string}`;

export const failuresSchema = as<Readonly<Partial<Record<FailureClass, number>>>>(
  dictionary(number()),
);

export const latencySummarySchema = object(
  {
    count: number(),
    meanMs: number(),
    minMs: number(),
    p50Ms: number(),
    p95Ms: number(),
    p99Ms: number(),
    maxMs: number(),
  },
  'Response times. Percentiles are read from one histogram, never averaged.',
);
export interface LatencySummary extends Static<typeof latencySummarySchema> {}

export const secondBinSchema = object(
  {
    second: number('0 for the first second of the window.'),
    succeeded: number(
      'Correct answers, counted as for the rate: in a closed loop, by the share of their time in this second.',
    ),
    failed: number('Failures that arrived.'),
    p50Ms: optional(number('Of the correct answers that arrived; undefined without any.')),
  },
  'One second of the window. The last one may be shorter.',
);
export interface SecondBin extends Static<typeof secondBinSchema> {}

export const phaseSummarySchema = object(
  {
    meanMs: number(),
  },
  'Time of one phase from the `Server-Timing` of the middleware, over the correct answers in the window.',
);
export interface PhaseSummary extends Static<typeof phaseSummarySchema> {}

export const generatorSelfCheckSchema = object(
  {
    cpuMs: number(
      'CPU time in the window, user and system, of all threads of the process that sends the load.',
    ),
    cpuShare: number('`cpuMs` as a share of one core over the window.'),
    cores: number(
      'Cores that it can use. The embedded load generator has a single thread, so one.',
    ),
    eventLoopLagP99Ms: number(
      '99th percentile and maximum of its delay. Embedded: how late timers fired; k6: its time before and after each exchange.',
    ),
    eventLoopLagMaxMs: number(),
    keptUp: boolean(),
    reason: optional(string('Why it did not keep up, in words.')),
  },
  'Whether the load generator was the limit, and not the server.',
);
export interface GeneratorSelfCheck extends Static<typeof generatorSelfCheckSchema> {}

export const loadResultSchema = object(
  {
    generator: oneOf(LOAD_GENERATORS),
    startedAt: string('Start of the measuring window, ISO 8601.'),
    durationSeconds: number(
      'Length of the window. With k6, which ends at a planned time, it is shorter if the first answers came after the warm-up.',
    ),
    succeeded: number('Correct answers.'),
    failed: number(),
    failures: failuresSchema,
    answers: number(
      'Requests of the whole load that had an answer, whichever: in the warm-up and after the window, too.',
    ),
    wrongAnswers: optional(
      number(
        'Wrong answers in the whole load, also outside the window: correctness does not depend on the time. Absent if there were none.',
      ),
    ),
    notUnderstood: optional(
      number('Answers not understood in the whole load. Absent if there were none.'),
    ),
    requestRatePerSecond: number(
      'Correct answers in the window ÷ its length; see above for parts of an answer.',
    ),
    failedShare: number('`failed ÷ (succeeded + failed)`; 0 if nothing was answered.'),
    offered: number(
      'Open loop: requests planned in the window, sent or not; closed loop: requests sent in it.',
    ),
    unsent: number('Planned requests that could not be sent. 0 in a closed loop.'),
    delayedShare: number(
      'Share of the sent requests that left late, by more than 1 ms and 5 % of the median response time. 0 in a closed loop.',
    ),
    delayP99Ms: optional(
      number(
        'How long after their planned time the sent requests left, 99th percentile. Absent in a closed loop, and for several windows together.',
      ),
    ),
    meanInFlight: optional(
      number(
        'Mean number of requests in flight: the time inside the window of all requests, whenever they began and ended, ÷ its length. Absent in an open loop.',
      ),
    ),
    latency: described(
      latencySummarySchema,
      'Of correct answers, from the send time (closed loop) or the planned send time (open loop).',
    ),
    histogram: string(
      'The histogram behind `latency`, in microseconds: HdrHistogram V2, compressed, base64.',
    ),
    bins: array(secondBinSchema),
    phases: dictionary(
      phaseSummarySchema,
      'By name in `Server-Timing`: decode, encode, upstream, parse, total.',
    ),
    self: generatorSelfCheckSchema,
  },
  'The result of one load, the same for both load generators.\nThe measuring window [start, end) begins when the warm-up is over and, in a closed loop, each user has had one answer. At its end, the load generator sends nothing more, and waits for the requests in flight up to the timeout, so that the slowest are not lost.\nFor response times and failures, a request counts if it was planned in the window, which in a closed loop is when it was sent. The rate of a closed loop counts each request by the share of its time inside the window, that of an open loop the answers that arrived in it.',
);
export interface LoadResult extends Static<typeof loadResultSchema> {}

/** Messages of the load process. */
export type LoadEvent =
  /** At least twice a second, from the warm-up on. */
  | {
      readonly event: 'progress';
      readonly phase: 'warmup' | 'window' | 'drain';
      readonly elapsedSeconds: number;
      /** Correct answers since the warm-up or the window began, and their figures. */
      readonly answers: number;
      readonly requestRatePerSecond: number;
      readonly p50Ms: number | null;
      readonly failed: number;
    }
  | { readonly event: 'window-start' }
  | { readonly event: 'window-end' }
  | { readonly event: 'result'; readonly result: LoadResult }
  | { readonly event: 'error'; readonly message: string };
