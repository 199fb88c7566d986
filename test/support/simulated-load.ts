import type { LoadResult, SecondBin } from '../../lib/bench/model/load-result.ts';
import { type Measurement, offeredLoad } from '../../lib/bench/model/measurement.ts';
import type { ServingStart } from '../../lib/bench/model/record.ts';
import { sum } from '../../lib/bench/stats/moments.ts';

/** Mean latency with a single user, and highest rate, of each serving. Invented. */
const BEHAVIOUR: Readonly<Record<string, { readonly baseMs: number; readonly most: number }>> = {
  torchserve: { baseMs: 24, most: 67 },
  tfserving: { baseMs: 31, most: 41 },
  triton_pytorch: { baseMs: 15, most: 88 },
  triton_tensorflow: { baseMs: 17, most: 80 },
};

/** Spreads answers evenly over the seconds of the window. */
const binsOf = (latenciesMs: readonly number[], durationSeconds: number): SecondBin[] =>
  Array.from({ length: durationSeconds }, (_, second) => {
    const startOf = (at: number): number => Math.round((latenciesMs.length * at) / durationSeconds);
    const answers = latenciesMs
      .slice(startOf(second), startOf(second + 1))
      .toSorted((a, b) => a - b);
    const p50Ms = answers[Math.floor(answers.length / 2)];
    return {
      second,
      succeeded: answers.length,
      failed: 0,
      ...(p50Ms === undefined ? {} : { p50Ms }),
    };
  });

/** The phases of the middleware in a request with this mean latency. */
const phasesOf = (
  { engine, target }: Measurement,
  meanMs: number,
  baseMs: number,
): LoadResult['phases'] => {
  const upstreamMs = engine === 'noop' ? 0.4 : Math.min(meanMs * 0.6, baseMs * 0.7);
  const fixedMs = target.payload === 'image' ? [0, 0.05, 0.1] : [4.6, 0.4, 0.2];
  const [decodeMs = 0, encodeMs = 0, parseMs = 0] = fixedMs.map((ms) => Math.min(ms, meanMs / 6));
  const restMs = Math.max(0, meanMs - upstreamMs - decodeMs - encodeMs - parseMs);
  return {
    queue: { meanMs: restMs * 0.8 },
    decode: { meanMs: decodeMs },
    encode: { meanMs: encodeMs },
    upstream: { meanMs: upstreamMs },
    parse: { meanMs: parseMs },
    total: { meanMs: restMs * 0.8 + decodeMs + encodeMs + upstreamMs + parseMs },
  };
};

/**
 * Simulates the answers to a load. The serving is a queue with one server: the rate grows up to a limit, and beyond it the latency grows
 * with the load.
 */
export const simulateLoad = (
  measurement: Measurement,
  random: () => number,
  {
    noopLimitFactor,
    hasSeconds,
  }: { readonly noopLimitFactor: number; readonly hasSeconds: boolean },
): {
  readonly latenciesMs: readonly number[];
  readonly load: Partial<LoadResult>;
  /** Undefined if the serving was already running. */
  readonly start: ServingStart | undefined;
} => {
  const { engine, level, target, durationSeconds } = measurement;
  const behaviour = BEHAVIOUR[target.serving] ?? { baseMs: 20, most: 50 };
  const factor = engine === 'noop' ? noopLimitFactor : 1;
  const baseMs = behaviour.baseMs / factor;
  const most = behaviour.most * factor * (0.96 + random() * 0.08);
  const clients = offeredLoad(level);
  const isClosed = level.loop === 'closed';
  const rate = Math.min(most, isClosed ? (clients * 1000) / baseMs : clients);
  const meanMs = isClosed ? (clients * 1000) / rate : baseMs * 1.4;
  const failedShare = target.serving === 'torchserve' && engine !== 'noop' ? 0.018 : 0;
  const answers = Math.round(rate * durationSeconds);
  const failed = Math.round(answers * failedShare);
  const drawn = Array.from(
    { length: answers - failed },
    () => 0.7 + random() * 0.4 + (random() < 0.06 ? random() * 3 : 0),
  );
  // In a closed loop, the latencies of a user add up to the window.
  const drawnMean = sum(drawn) / Math.max(1, drawn.length);
  const latenciesMs = drawn.map((latency) => (meanMs * latency) / drawnMean);
  return {
    latenciesMs,
    load: {
      failed,
      failures: failed > 0 ? { 'http-503': failed } : {},
      bins: hasSeconds ? binsOf(latenciesMs, durationSeconds) : [],
      phases: phasesOf(measurement, meanMs, baseMs),
    },
    start:
      measurement.scenario === 'cold'
        ? {
            timeToReadyMs: 900 + random() * 300,
            firstRequestMs: baseMs * (4 + random() * 2),
          }
        : undefined,
  };
};
