import { silenceOf, type NeighbourSample } from '../../../../../lib/bench/run/many/neighbour.ts';

/** Requests that are planned every 10 ms. */
const samplesOf = (
  takesMs: readonly number[],
  outcomeOf: (at: number) => NeighbourSample['outcome'] = () => 'correct',
): readonly NeighbourSample[] =>
  takesMs.map((tookMs, at) => ({
    plannedMs: at * 10,
    doneMs: at * 10 + tookMs,
    outcome: outcomeOf(at),
  }));

const all = (tookMs: number, count = 100): readonly number[] =>
  Array.from({ length: count }, () => tookMs);

describe('the silence of a neighbour', () => {
  it('is the longest time from the planned send time of a request to its answer', () => {
    expect(silenceOf(samplesOf(all(5).with(40, 70)), 0, 1000)).toEqual({
      seconds: 1,
      requests: 100,
      failed: 0,
      wrong: 0,
      longestMs: 70,
      p50Ms: 5,
      p99Ms: undefined,
    });
  });

  it('goes on after a request that failed at once, until a later one is answered', () => {
    const samples = samplesOf(all(1).with(30, 6), (at) =>
      at >= 20 && at < 30 ? 'failed' : 'correct',
    );
    expect(silenceOf(samples, 0, 1000)).toMatchObject({ failed: 10, longestMs: 106 });
  });

  it('lasts to the end of the load if nothing is answered any more', () => {
    const samples = samplesOf(all(1), (at) => (at >= 90 ? 'failed' : 'correct'));
    expect(silenceOf(samples, 0, 1000).longestMs).toBe(100);
    expect(silenceOf(samples, 0, 1200).longestMs).toBe(300);
  });

  it('counts only requests that were planned during the load, and wrong answers are none', () => {
    const samples = samplesOf(all(2).with(10, 500), (at) =>
      at === 60 ? 'mixed-up' : at === 61 ? 'wrong' : 'correct',
    );
    expect(silenceOf(samples, 500, 800)).toMatchObject({ requests: 30, wrong: 2, longestMs: 22 });
  });

  it('has a p99 from a thousand answers on', () => {
    const tookMs = all(3, 1000).map((usual, at) => (at % 50 === 0 ? 40 : usual));
    expect(silenceOf(samplesOf(tookMs), 0, 10_000)).toMatchObject({ p50Ms: 3, p99Ms: 40 });
    expect(silenceOf(samplesOf(tookMs.slice(1)), 0, 10_000).p99Ms).toBeUndefined();
  });
});
