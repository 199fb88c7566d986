import type { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Asked, Silence } from '../../model/many-models.ts';
import { oneConnection } from './ask.ts';

/** A server may stall only the connections of one of its threads. */
const CONNECTIONS = 16;

/** A request to the neighbour. Times are those of `performance.now()`. */
export interface NeighbourSample extends Pick<Asked, 'outcome'> {
  readonly plannedMs: number;
  readonly doneMs: number;
}

/** A percentile needs this many values above it. */
const NEEDED_ABOVE = 10;

/** @returns undefined if too few of the ascending values lie above it */
const percentileOf = (sorted: readonly number[], percent: number): number | undefined => {
  const above = (sorted.length * (100 - percent)) / 100;
  return above < NEEDED_ABOVE ? undefined : sorted[Math.ceil(sorted.length - above) - 1];
};

/**
 * How the neighbour answered requests that were planned in a part of a load. It is silent from the planned send time of a request until it
 * gives a correct answer, to this one or, if it failed, to a later one.
 */
export const silenceOf = (
  samples: readonly NeighbourSample[],
  fromMs: number,
  toMs: number,
): Silence => {
  const planned = samples.filter(({ plannedMs }) => plannedMs >= fromMs && plannedMs < toMs);
  const answered = samples.filter(({ outcome }) => outcome === 'correct');
  const silences = planned.map((sample) => {
    if (sample.outcome === 'correct') return sample.doneMs - sample.plannedMs;
    const next = answered
      .filter(({ plannedMs }) => plannedMs > sample.plannedMs)
      .map(({ doneMs }) => doneMs);
    return (next.length === 0 ? toMs : Math.min(...next)) - sample.plannedMs;
  });
  const sorted = planned
    .flatMap(({ outcome, plannedMs, doneMs }) => (outcome === 'correct' ? doneMs - plannedMs : []))
    .toSorted((a, b) => a - b);
  return {
    seconds: (toMs - fromMs) / 1000,
    requests: planned.length,
    failed: planned.filter(({ outcome }) => outcome === 'failed').length,
    wrong: planned.filter(({ outcome }) => outcome === 'wrong' || outcome === 'mixed-up').length,
    longestMs: Math.max(0, ...silences),
    p50Ms: percentileOf(sorted, 50),
    p99Ms: percentileOf(sorted, 99),
  };
};

/** A constant load on the neighbour. */
export interface Neighbour {
  /** The requests that ended until now. */
  readonly samples: readonly NeighbourSample[];
  /** Ends the load, and resolves when every request has ended. */
  readonly stop: () => Promise<void>;
}

/** Asks the neighbour at a constant rate, on each of several connections in turn. */
export const askConstantly = (
  ratePerSecond: number,
  ask: (input: number, agent: Agent) => Promise<Asked>,
): Neighbour => {
  const agents = Array.from({ length: CONNECTIONS }, oneConnection);
  const samples: NeighbourSample[] = [];
  const waiting = new Set<Promise<void>>();
  const startMs = performance.now();
  const ending = new AbortController();
  const send = async (number: number, plannedMs: number, agent: Agent): Promise<void> => {
    const { outcome } = await ask(number, agent);
    samples.push({ outcome, plannedMs, doneMs: performance.now() });
  };
  const load = async (): Promise<void> => {
    for (let number = 0; !ending.signal.aborted; number += 1) {
      const plannedMs = startMs + (number * 1000) / ratePerSecond;
      const agent = agents[number % CONNECTIONS];
      if (agent === undefined) return;
      const untilMs = plannedMs - performance.now();
      if (untilMs > 0) await sleep(untilMs);
      const sent = send(number, plannedMs, agent).finally(() => waiting.delete(sent));
      waiting.add(sent);
    }
  };
  const loading = load();
  return {
    samples,
    stop: async () => {
      ending.abort();
      await loading;
      await Promise.all(waiting);
      for (const agent of agents) agent.destroy();
    },
  };
};
