import { decodeHistogram } from '../../../../lib/bench/load/histogram.ts';
import { mergeLoadResults } from '../../../../lib/bench/load/merge-results.ts';
import type { MeasuringWindow } from '../../../../lib/bench/load/measuring-window.ts';
import { OUTCOME } from '../../../../lib/bench/load/outcome.ts';
import { createRandom } from '../../../../lib/bench/load/random.ts';
import type { LoadResult } from '../../../../lib/bench/load/result.ts';
import type { Sample } from '../../../../lib/bench/load/samples.ts';
import { Tally } from '../../../../lib/bench/load/tally.ts';

interface Exchange extends Sample {
  readonly serverTiming: string;
  readonly process: string;
}

const self: LoadResult['self'] = {
  cpuMs: 100,
  cpuShare: 0.05,
  eventLoopLagP99Ms: 1,
  eventLoopLagMaxMs: 2,
  keptUp: true,
};

const BODY_BYTES = [1000, 2000, 3000];

const windowOf = (loop: 'closed' | 'open'): MeasuringWindow => ({
  loop,
  startMs: 500,
  endMs: 4750,
});

/** The result of a machine that sent these requests. */
const resultOf = (
  exchanges: readonly Exchange[],
  window: MeasuringWindow,
  more: Partial<LoadResult> = {},
): LoadResult => {
  const tally = new Tally(window, BODY_BYTES);
  for (const { plannedMs, sentMs, doneMs, image, outcome, serverTiming, process } of exchanges) {
    if (outcome === OUTCOME.unsent) tally.addUnsent(plannedMs, image);
    else if (outcome === OUTCOME.unfinished) tally.addUnfinished(plannedMs, sentMs, image);
    else {
      tally.add(plannedMs, sentMs, doneMs, image, outcome, { bytes: 300, serverTiming, process });
    }
  }
  return {
    generator: 'embedded',
    startedAt: '2026-01-02T03:04:05.000Z',
    durationSeconds: (window.endMs - window.startMs) / 1000,
    ...tally.summarise({ timeoutMs: 1000, startAtMs: 1 }),
    self,
    ...more,
  };
};

/** A right answer at a time, after 10 ms. */
const answerAt = (doneMs: number): Exchange => ({
  plannedMs: doneMs - 10,
  sentMs: doneMs - 10,
  doneMs,
  image: 0,
  outcome: OUTCOME.succeeded,
  serverTiming: '',
  process: '1/1',
});

const OUTCOMES = [
  ...Array.from({ length: 12 }, () => OUTCOME.succeeded),
  OUTCOME.timeout,
  OUTCOME.reset,
  OUTCOME.wrongAnswer,
  OUTCOME.unfinished,
  503,
];

/** Requests of all kinds, also before, across and after the window. */
const randomExchanges = (seed: number, loop: 'closed' | 'open'): readonly Exchange[] => {
  const random = createRandom(seed);
  const pick = <Item>(items: readonly Item[]): Item | undefined =>
    items[Math.floor(random() * items.length)];
  return Array.from({ length: 50 + Math.floor(random() * 1500) }, () => {
    const plannedMs = random() * 5000;
    const sentMs = loop === 'open' ? plannedMs + random() * 2 : plannedMs;
    const outcome =
      loop === 'open' && random() < 0.02 ? OUTCOME.unsent : (pick(OUTCOMES) ?? OUTCOME.succeeded);
    return {
      plannedMs,
      sentMs,
      doneMs: sentMs + 1 + random() ** 4 * 900,
      image: pick([0, 1, 2]) ?? 0,
      outcome,
      serverTiming:
        random() < 0.9 ? `decode;dur=${(random() * 9).toFixed(2)}, total;dur=${random() * 90}` : '',
      process: `${pick([1, 2]) ?? 1}/2`,
    };
  });
};

const deal = (
  exchanges: readonly Exchange[],
  machines: number,
  seed: number,
): readonly (readonly Exchange[])[] => {
  const random = createRandom(seed);
  const hands = Array.from({ length: machines }, (): Exchange[] => []);
  for (const exchange of exchanges) hands[Math.floor(random() * machines)]?.push(exchange);
  return hands;
};

/** Encoded, the same values need not be the same text. */
const waitsOf = (encoded: string | undefined): unknown => {
  if (encoded === undefined) return undefined;
  const { totalCount, mean, stdDeviation } = decodeHistogram(encoded);
  return { totalCount, mean, stdDeviation };
};

const cases = Array.from({ length: 24 }, (_, index) => ({
  seed: index + 1,
  machines: 1 + (index % 4),
  loop: index % 2 === 0 ? ('closed' as const) : ('open' as const),
}));

describe('results of a load that several machines sent', () => {
  it.each(cases)(
    'are together what one machine would have found: seed $seed, $machines machines, $loop',
    ({ seed, machines, loop }) => {
      const window = windowOf(loop);
      const exchanges = randomExchanges(seed, loop);
      const whole = resultOf(exchanges, window);
      const merged = mergeLoadResults(
        deal(exchanges, machines, seed).map((hand) => resultOf(hand, window)),
      );
      const {
        mergeable: _,
        bins,
        phases,
        requestRatePerSecond,
        delayedShare,
        failures,
        histogram: __,
        unfinishedWaits,
        latency,
        failedMeanMs,
        meanInFlight,
        ...rest
      } = whole;

      expect(merged).toMatchObject(rest);
      expect(waitsOf(merged.unfinishedWaits)).toEqual(waitsOf(unfinishedWaits));
      expect(merged.failures).toEqual(failures);
      expect(merged.failedMeanMs ?? 0).toBeCloseTo(failedMeanMs ?? 0, 9);
      expect(merged.requestRatePerSecond).toBeCloseTo(requestRatePerSecond, 9);
      expect(typeof merged.meanInFlight).toBe(typeof meanInFlight);
      expect(merged.meanInFlight ?? 0).toBeCloseTo(meanInFlight ?? 0, 9);
      expect(merged.delayedShare).toBeCloseTo(delayedShare, 9);
      // Every value is in the same place of the histogram, so the percentiles are the same, too.
      expect(merged.latency).toEqual({
        ...latency,
        meanMs: expect.closeTo(latency.meanMs, 6),
      });
      expect(merged.bins.map(({ p50Ms: ___, ...bin }) => bin)).toEqual(
        bins.map(({ p50Ms: ___, ...bin }) => bin),
      );
      expect(Object.keys(merged.phases).toSorted()).toEqual(Object.keys(phases).toSorted());
      for (const [name, phase] of Object.entries(phases)) {
        expect(merged.phases[name]).toEqual({ ...phase, meanMs: expect.closeTo(phase.meanMs, 9) });
      }
      expect(merged).not.toHaveProperty('mergeable');
    },
  );

  it('have no percentile that was made from others: a median of a second is left out', () => {
    const window = windowOf('closed');
    const merged = mergeLoadResults([
      resultOf([answerAt(600), answerAt(1600)], window),
      resultOf([answerAt(700)], window),
    ]);

    expect(merged.bins.slice(0, 2)).toEqual([
      { second: 0, sent: 2, succeeded: 2, failed: 0, maxMs: 10 },
      { second: 1, sent: 1, succeeded: 1, failed: 0, p50Ms: 10, maxMs: 10 },
    ]);
  });

  it('are as doubtful as the worst of them', () => {
    const window = windowOf('closed');
    const slow = {
      ...self,
      cpuShare: 0.95,
      eventLoopLagMaxMs: 9,
      keptUp: false,
      reason: 'the load engine used 95.0 % of a core',
    };
    const merged = mergeLoadResults([
      resultOf([], window),
      resultOf([], window, { self: slow, startedAt: '2026-01-02T03:04:04.999Z' }),
    ]);

    expect(merged.self).toEqual({
      cpuMs: 100,
      cpuShare: 0.95,
      eventLoopLagP99Ms: 1,
      eventLoopLagMaxMs: 9,
      keptUp: false,
      reason: 'machine 2 of 2: the load engine used 95.0 % of a core',
    });
    expect(merged.startedAt).toBe('2026-01-02T03:04:04.999Z');
    expect(merged.latency.count).toBe(0);
  });

  it('are refused where they are not of one load', () => {
    const one = resultOf([], windowOf('closed'));
    const { mergeable: _, ...alone } = one;

    expect(() => mergeLoadResults([])).toThrow('no load result');
    expect(() => mergeLoadResults([one, { ...one, generator: 'k6' }])).toThrow('not of one load');
    expect(() => mergeLoadResults([one, { ...one, durationSeconds: 9 }])).toThrow('window differ');
    expect(() => mergeLoadResults([one, alone])).toThrow('not of one load');
  });
});
