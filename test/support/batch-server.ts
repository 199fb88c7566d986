import { SINGLE, type GivenSettings, type Settings } from '../../serving-configs/settings.ts';
import type { Level } from '../../lib/bench/model/measurement.ts';

/** A server whose batch of k takes `fixedMs + perInputMs × k` on each of its instances. */
export interface BatchServer {
  readonly fixedMs: number;
  readonly perInputMs: number;
  /** What it does with settings. Default: it has them. */
  readonly obeys?: (settings: Settings) => GivenSettings;
}

/** One that always computes one request at a time, whatever its settings are. */
export const ignoresSettings = (): GivenSettings => SINGLE;

const settingsOf = ({ obeys }: BatchServer, settings: Settings): GivenSettings =>
  obeys?.(settings) ?? (settings === 'default' ? SINGLE : settings);

/** What a load on it gives, without any rig between them. */
export interface SimulatedAnswers {
  /** Response times of the requests in the window. */
  readonly latenciesMs: readonly number[];
  readonly durationSeconds: number;
  /** Answers that came in the window. */
  readonly answered: number;
  readonly computations: number;
  readonly inputs: number;
}

/** Arrivals in a heap would be faster; a ladder has few users. */
const nextArrival = (arrivals: number[]): number => {
  let earliest = 0;
  for (let index = 1; index < arrivals.length; index += 1) {
    if ((arrivals[index] ?? 0) < (arrivals[earliest] ?? 0)) earliest = index;
  }
  return arrivals.splice(earliest, 1)[0] ?? 0;
};

/** Simulates a load in no time: requests in order of arrival, a full batch at once, a smaller one after the delay. */
export const simulateBatches = (
  server: BatchServer,
  settings: Settings,
  level: Level,
  seconds: { readonly warmup: number; readonly window: number },
  random: () => number,
): SimulatedAnswers => {
  const { instances, maxBatch, batchDelayMs } = settingsOf(server, settings);
  const beginMs = 1000 * seconds.warmup;
  const endMs = beginMs + 1000 * seconds.window;
  const freeAtMs = Array.from({ length: instances }, () => 0);
  const latenciesMs: number[] = [];
  const [computed, result] = [{ computations: 0, inputs: 0 }, { answered: 0 }];
  // The arrivals that are known: all of an open loop, one of each virtual user in a closed one.
  const known: number[] = [];
  if (level.loop === 'open') {
    for (let ms = 0; ms < endMs;) {
      ms -= (1000 * Math.log(1 - random())) / level.ratePerSecond;
      known.push(ms);
    }
  } else known.push(...Array.from({ length: level.virtualUsers }, () => 0));
  let position = 0;
  const take = (): number =>
    level.loop === 'open' ? (known[position++] ?? Infinity) : nextArrival(known);
  const peek = (): number =>
    level.loop === 'open' ? (known[position] ?? Infinity) : Math.min(Infinity, ...known);
  while (peek() < endMs) {
    const instance = freeAtMs.indexOf(Math.min(...freeAtMs));
    const batch = [take()];
    const [firstMs = 0] = batch;
    const untilMs = Math.max(freeAtMs[instance] ?? 0, firstMs + batchDelayMs);
    while (batch.length < maxBatch && peek() <= untilMs) batch.push(take());
    const full = batch.length === maxBatch ? (batch.at(-1) ?? 0) : untilMs;
    const startMs = Math.max(freeAtMs[instance] ?? 0, full);
    const doneMs = startMs + server.fixedMs + server.perInputMs * batch.length;
    freeAtMs[instance] = doneMs;
    computed.computations += 1;
    computed.inputs += batch.length;
    for (const arrivedMs of batch) {
      if (arrivedMs >= beginMs && arrivedMs < endMs) latenciesMs.push(doneMs - arrivedMs);
      if (doneMs >= beginMs && doneMs < endMs) result.answered += 1;
      if (level.loop === 'closed') known.push(doneMs);
    }
  }
  return { latenciesMs, durationSeconds: seconds.window, ...result, ...computed };
};
