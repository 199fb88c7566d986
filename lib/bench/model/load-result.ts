import type { LoadGenerator } from './plan-options.ts';

/**
 * Why a request failed.
 * - `connect`: no connection, or not in time
 * - `timeout`: no complete answer in time
 * - `reset`: the connection broke, or the answer was not HTTP
 * - `http-<code>`: a status other than 200
 * - `wrong-answer`: status 200 with a wrong answer, or one that is not JSON
 * - `not-understood`: the serving answered, but not as its protocol says: NaN, another shape, a missing output
 */
export type FailureClass =
  | 'connect'
  | 'timeout'
  | 'reset'
  | 'wrong-answer'
  | 'not-understood'
  | `http-${number}`;

/** Response times. Percentiles are read from one histogram, never averaged. */
export interface LatencySummary {
  readonly count: number;
  readonly meanMs: number;
  readonly minMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** One second of the window. The last one may be shorter. */
export interface SecondBin {
  /** 0 for the first second of the window. */
  readonly second: number;
  /** Correct answers, counted as for the rate: in a closed loop, by the share of their time in this second. */
  readonly succeeded: number;
  /** Failures that arrived. */
  readonly failed: number;
  /** Of the correct answers that arrived; undefined without any. */
  readonly p50Ms?: number;
}

/** Time of one phase from the `Server-Timing` of the middleware, over the correct answers in the window. */
export interface PhaseSummary {
  readonly meanMs: number;
}

/** Whether the load generator was the limit, and not the server. */
export interface GeneratorSelfCheck {
  /** CPU time in the window, user and system, of all threads of the process that sends the load. */
  readonly cpuMs: number;
  /** `cpuMs` as a share of one core over the window. */
  readonly cpuShare: number;
  /** Cores that it can use. The embedded load generator has a single thread, so one. */
  readonly cores: number;
  /** 99th percentile and maximum of its delay. Embedded: how late timers fired; k6: its time before and after each exchange. */
  readonly eventLoopLagP99Ms: number;
  readonly eventLoopLagMaxMs: number;
  readonly keptUp: boolean;
  /** Why it did not keep up, in words. */
  readonly reason?: string;
}

/**
 * The result of one load, the same for both load generators.
 *
 * The measuring window [start, end) begins when the warm-up is over and, in a closed loop, each user has had one answer. At its end, the
 * load generator sends nothing more, and waits for the requests in flight up to the timeout, so that the slowest are not lost.
 *
 * For response times and failures, a request counts if it was planned in the window, which in a closed loop is when it was sent. The rate
 * of a closed loop counts each request by the share of its time inside the window, that of an open loop the answers that arrived in it.
 */
export interface LoadResult {
  readonly generator: LoadGenerator;
  /** Start of the measuring window, ISO 8601. */
  readonly startedAt: string;
  /** Length of the window. With k6, which ends at a planned time, it is shorter if the first answers came after the warm-up. */
  readonly durationSeconds: number;
  /** Correct answers. */
  readonly succeeded: number;
  readonly failed: number;
  readonly failures: Readonly<Partial<Record<FailureClass, number>>>;
  /** Wrong answers in the whole load, also outside the window: correctness does not depend on the time. Absent if there were none. */
  readonly wrongAnswers?: number;
  /** Answers not understood in the whole load. Absent if there were none. */
  readonly notUnderstood?: number;
  /** Correct answers in the window ÷ its length; see above for parts of an answer. */
  readonly requestRatePerSecond: number;
  /** `failed ÷ (succeeded + failed)`; 0 if nothing was answered. */
  readonly failedShare: number;
  /** Open loop: requests planned in the window, sent or not; closed loop: requests sent in it. */
  readonly offered: number;
  /** Planned requests that could not be sent. 0 in a closed loop. */
  readonly unsent: number;
  /** Share of the sent requests that left late, by more than 1 ms and 5 % of the median response time. 0 in a closed loop. */
  readonly delayedShare: number;
  /**
   * Mean number of requests in flight: the time inside the window of all requests, whenever they began and ended, ÷ its length. Absent in
   * an open loop.
   */
  readonly meanInFlight?: number;
  /** Of correct answers, from the send time (closed loop) or the planned send time (open loop). */
  readonly latency: LatencySummary;
  /** The histogram behind `latency`, in microseconds: HdrHistogram V2, compressed, base64. */
  readonly histogram: string;
  readonly bins: readonly SecondBin[];
  /** By name in `Server-Timing`: decode, encode, upstream, parse, total. */
  readonly phases: Readonly<Record<string, PhaseSummary>>;
  readonly self: GeneratorSelfCheck;
}

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
