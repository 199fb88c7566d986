import type { Sample } from '../../lib/bench/load/samples.ts';
import { OUTCOME } from '../../lib/bench/load/outcome.ts';
import { Tally } from '../../lib/bench/load/tally.ts';
import { rateEstimate, rateOfRepeat } from '../../lib/bench/analysis/figures-over-repeats.ts';
import type { LoadResult } from '../../lib/bench/model/load-result.ts';
import { decideTogether } from '../../lib/bench/stats/judgement.ts';
import { pairedDifferences, estimate } from '../../lib/bench/stats/noise.ts';
import { createRandom } from '../../lib/bench/stats/random.ts';
import { normalFrom } from '../support/normal-from.ts';
import { isWrong } from './simulated-verdicts.ts';

const WINDOW_SECONDS = 2;
const WARMUP_SECONDS = 0.5;
const REPEATS = 5;
const MAX_USERS = 40;
/** Of the response time, as a share of the window. */
const [SHORTEST, LONGEST] = [0.05, 0.6] as const;
/** Standard deviations of the logarithm of each response time. */
const JITTERS = [0, 0.01, 0.05, 0.2] as const;
/** Standard deviations of the logarithm of the mean response time of each repeat. */
const REPEAT_NOISES = [0, 0.01, 0.03] as const;

interface ParallelServer {
  readonly meanMs: number;
  readonly users: number;
  readonly jitter: number;
}

/** The samples of users of a server that answers any number of requests at once. They start together, as in a load generator. */
const samplesOf = (
  { meanMs, users, jitter }: ParallelServer,
  endMs: number,
  normal: () => number,
): readonly (readonly [user: number, sample: Sample])[] => {
  const samples: (readonly [number, Sample])[] = [];
  for (let user = 0; user < users; user += 1) {
    for (let sentMs = 0; sentMs < endMs;) {
      const doneMs = sentMs + meanMs * Math.exp(jitter * normal() - jitter ** 2 / 2);
      const ends = { plannedMs: sentMs, sentMs, doneMs, image: 0, outcome: OUTCOME.succeeded };
      samples.push([user, ends]);
      sentMs = doneMs;
    }
  }
  return samples.toSorted(([, a], [, b]) => a.doneMs - b.doneMs);
};

/** The window of a closed loop at such a server. */
const windowOf = (server: ParallelServer, normal: () => number): LoadResult => {
  const tally = new Tally({
    level: { loop: 'closed', virtualUsers: server.users },
    warmupSeconds: WARMUP_SECONDS,
    durationSeconds: WINDOW_SECONDS,
    timeoutMs: 60_000,
  });
  // Long enough for every window.
  const endMs = 1000 * (WARMUP_SECONDS + WINDOW_SECONDS) + 3 * server.meanMs;
  for (const [user, { plannedMs, sentMs, doneMs }] of samplesOf(server, endMs, normal)) {
    tally.add(user, plannedMs, sentMs, doneMs, 0, OUTCOME.succeeded, '');
  }
  return tally.resultOf(
    { generator: 'embedded', startedAt: '' },
    { cpuMs: 0, cores: 1 },
    { p99Ms: 0, maxMs: 0 },
  );
};

/** The share of wrong verdicts, and of intervals that contain the true rate. */
export interface BurstOutcome {
  readonly wrong: number;
  readonly covered: number;
}

/**
 * Simulates runs with two servers that answer any number of requests at once, whose rates differ by a factor. Response time, number of
 * users, jitter and noise between repeats are drawn for each run.
 */
export const compareParallelServers = (factor: number, runs: number): BurstOutcome => {
  const random = createRandom(runs);
  const normal = normalFrom(random);
  const oneOf = <Item>(items: readonly Item[]): Item =>
    items[Math.floor(random() * items.length)] as Item;
  let [wrong, covered] = [0, 0];
  for (let run = 0; run < runs; run += 1) {
    const share = SHORTEST + (LONGEST - SHORTEST) * random();
    const users = 1 + Math.floor(MAX_USERS * random());
    const [jitter, noise] = [oneOf(JITTERS), oneOf(REPEAT_NOISES)];
    const measure = (meanMs: number) => ({
      ratePerSecond: (users * 1000) / meanMs,
      windows: Array.from({ length: REPEATS }, () =>
        windowOf({ meanMs: meanMs * Math.exp(noise * normal()), users, jitter }, normal),
      ),
    });
    const fast = measure(share * WINDOW_SECONDS * 1000);
    const slow = measure(share * WINDOW_SECONDS * 1000 * factor);
    for (const { windows, ratePerSecond } of [fast, slow]) {
      const { low = Infinity, high = 0 } = rateEstimate(windows).interval ?? {};
      if (low <= ratePerSecond && ratePerSecond <= high) covered += 0.5;
    }
    const differences = pairedDifferences(
      fast.windows.map(
        (window, at) => [rateOfRepeat(window), rateOfRepeat(slow.windows[at] ?? window)] as const,
      ),
    );
    const estimated = estimate([
      { first: 'fast', second: 'slow', levels: new Map([['users', differences]]) },
    ]);
    const judged = decideTogether(estimated.flatMap((each) => each?.overall ?? []));
    if (judged.some(({ judgement }) => isWrong(judgement, Math.log(factor)))) wrong += 1;
  }
  return { wrong: wrong / runs, covered: covered / runs };
};
