import type { LoadGenerator } from './plan-options.ts';

/**
 * Why a request counts as failed.
 * `connect`: no connection, also if it was not made in time; `timeout`: no complete answer in time; `reset`: the
 * connection broke, or what came was not HTTP; `http-<code>`: a status other than 200;
 * `wrong-answer`: status 200 with a wrong answer, or one that is not JSON.
 */
export type FailureClass = 'connect' | 'timeout' | 'reset' | 'wrong-answer' | `http-${number}`;

/** Latencies in milliseconds; percentiles are read from one histogram, never averaged. */
export interface LatencySummary {
  readonly count: number;
  readonly meanMs: number;
  readonly minMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/**
 * One second of the measuring window: answers and failures that came in it, in both loops. The last one is shorter unless the
 * window is a whole number of seconds.
 */
export interface SecondBin {
  /** 0 for the first second of the window. */
  readonly second: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Undefined if nothing succeeded. */
  readonly p50Ms?: number;
}

/** Time that the parts of the middleware report in `Server-Timing`, of correct answers inside the window. */
export interface PhaseSummary {
  readonly meanMs: number;
}

/** Whether the load generator, and not the server, was the limit. */
export interface GeneratorSelfCheck {
  /** CPU time of the whole process, all its threads, inside the window, user and system; where k6 runs, of k6. */
  readonly cpuMs: number;
  /** `cpuMs` as a share of one core over the window. */
  readonly cpuShare: number;
  /** Cores that the load generator can use: one for the embedded one, which works in a single thread. */
  readonly cores: number;
  /**
   * How late the load generator was: 99th percentile and worst. Embedded: how late its timers fired; k6: what it took before and
   * after each exchange.
   */
  readonly eventLoopLagP99Ms: number;
  readonly eventLoopLagMaxMs: number;
  readonly keptUp: boolean;
  /** In words, where `keptUp` is false. */
  readonly reason?: string;
}

/**
 * The result of one load, the same for both load generators. The measuring window [start, end) follows the warm-up.
 *
 * Closed loop: a request counts, for every figure but `offered`, if its answer or failure came inside the window,
 * also if it was sent before. What is in flight at the end is `unfinished` and aborted: no time of a graceful stop
 * is in the rate.
 *
 * Open loop: a request counts for latency and failures if it was *planned* inside the window, and the load generator
 * waits for it after the window, up to the timeout, so that the slowest are not lost. The rate, and the bins, count what came inside the
 * window, also of requests planned before.
 */
export interface LoadResult {
  readonly generator: LoadGenerator;
  /** Start of the measuring window, ISO 8601. */
  readonly startedAt: string;
  readonly durationSeconds: number;
  /** Correct answers, and failures, of the requests that count. */
  readonly succeeded: number;
  readonly failed: number;
  readonly failures: Readonly<Partial<Record<FailureClass, number>>>;
  /** Correct answers that came inside the window ÷ length of the window. */
  readonly requestRatePerSecond: number;
  /** `failed ÷ (succeeded + failed)`; 0 if nothing was answered. */
  readonly failedShare: number;
  /** Open loop: requests that the plan put into the window, sent or not; closed loop: requests sent in it. */
  readonly offered: number;
  /** Open loop: planned requests that could not be sent. Always 0 in a closed loop. */
  readonly unsent: number;
  /**
   * Open loop: share of the window's requests that left late, by more than 1 ms and 5 % of the median response time. Closed
   * loop: 0.
   */
  readonly delayedShare: number;
  /** Requests still without an answer when the load generator stopped waiting. */
  readonly unfinished: number;
  /**
   * Closed loop: how long the unfinished requests had waited when the window ended, as a histogram like `histogram`. Absent if
   * there were none, and in an open loop.
   */
  readonly unfinishedWaits?: string;
  /**
   * Closed loop: mean number of requests in flight in the window, from the time that each spent inside it between sending and
   * end, also those that began before or were cut off at its end. Absent in an open loop.
   */
  readonly meanInFlight?: number;
  /** Of correct answers. Closed loop: from the sending; open loop: from the planned send time. */
  readonly latency: LatencySummary;
  /** The histogram behind `latency`, in microseconds: HdrHistogram V2, compressed, base64. */
  readonly histogram: string;
  readonly bins: readonly SecondBin[];
  /** By the names in `Server-Timing`: decode, encode, upstream, parse, total. */
  readonly phases: Readonly<Record<string, PhaseSummary>>;
  readonly self: GeneratorSelfCheck;
}

/** What the load process tells while it works, one JSON message each. */
export type LoadEvent =
  /** Twice or more a second, from the warm-up on. */
  | {
      readonly event: 'progress';
      readonly phase: 'warmup' | 'window' | 'drain';
      readonly elapsedSeconds: number;
      readonly requestRatePerSecond: number;
      readonly p50Ms: number | null;
      readonly failed: number;
    }
  | { readonly event: 'window-start' }
  | { readonly event: 'window-end' }
  | { readonly event: 'result'; readonly result: LoadResult }
  | { readonly event: 'error'; readonly message: string };
