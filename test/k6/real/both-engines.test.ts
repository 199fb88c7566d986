// The same load by both engines on a serving whose latencies are known: the figures of each must be the known ones within
// 2 %, or within the sampling error where that is larger (`test/calibration/bounds.ts`), and so agree with each other; later only by
// what the processes say that they were late.
import { EMBEDDED, type LoadProgram } from '../../lib/bench/load/load-process.ts';
import { shareBounds } from '../../calibration/bounds.ts';
import { constant, exponential, type KnownLatency } from '../../calibration/known-latency.ts';
import {
  closedRate,
  latencyFigures,
  measureServing,
  outside,
  type Job,
  type Measured,
} from '../../calibration/measured-serving.ts';
import { installedK6 } from './installed-k6.ts';

jest.setTimeout(60_000);

/** What an engine and a server in other processes on the same cores may add to an exchange. */
const OVERHEAD_MS = 2;

const k6 = (): LoadProgram => ({
  main: 'lib/bench/load/k6/main.ts',
  env: { SERVING_COMPARE_K6: installedK6() },
});

const measureBoth = async (options: object, job: Job): Promise<readonly Measured[]> => {
  const results: Measured[] = [];
  for (const program of [EMBEDDED, k6()]) {
    results.push(await measureServing(options, job, program));
  }
  return results;
};

describe('The embedded engine and k6', () => {
  it.each<[string, KnownLatency, number]>([
    ['constant', constant(250), 4],
    ['exponential', exponential(60), 15],
  ])('give the same known figures in a closed loop, %s', async (_name, known, virtualUsers) => {
    const results = await measureBoth(
      { latency: known.options },
      { level: { loop: 'closed', virtualUsers } },
    );

    expect(results.map(({ generator }) => generator)).toEqual(['embedded', 'k6']);
    for (const result of results) {
      expect(result.failures).toEqual({});
      expect(
        outside({
          ...latencyFigures(result, known, OVERHEAD_MS),
          rate: closedRate(result, known, virtualUsers, OVERHEAD_MS),
        }),
      ).toEqual({});
    }
  });

  it.each(['constant', 'poisson'] as const)(
    'plan the same requests in an open loop and give the same known figures, %s',
    async (arrivals) => {
      const known = exponential(60);
      const [own, other] = await measureBoth(
        { latency: known.options },
        { level: { loop: 'open', ratePerSecond: 150, arrivals }, seed: 5 },
      );

      expect(other).toMatchObject({ offered: own?.offered, unsent: 0, unfinished: 0, failed: 0 });
      expect(other?.bytesSent).toBe(own?.bytesSent);
      for (const result of [own, other]) {
        if (result === undefined) throw new Error('two results were expected');
        expect(result.succeeded).toBe(result.offered);
        expect(outside(latencyFigures(result, known, OVERHEAD_MS))).toEqual({});
      }
    },
  );

  it('count the same failures in the same classes', async () => {
    const shares = { 'http-503': 0.1, reset: 0.1, 'wrong-answer': 0.12 };
    const results = await measureBoth(
      {
        latency: constant(40).options,
        failureShare: 0.1,
        failure: 'overloaded',
        faults: { reset: 0.04, halfBody: 0.06, wrongShape: 0.05, nan: 0.07 },
      },
      {
        level: { loop: 'open', ratePerSecond: 200, arrivals: 'constant' },
        expect: { pointer: '/tabby', values: [Math.fround(0.9)] },
      },
    );

    for (const { failures, offered } of results) {
      expect(Object.keys(failures).toSorted()).toEqual(Object.keys(shares).toSorted());
      const figures = Object.entries(shares).map(([failure, share]) => [
        failure,
        [(failures[failure as keyof typeof failures] ?? 0) / offered, shareBounds(share, offered)],
      ]);
      expect(outside(Object.fromEntries(figures) as Parameters<typeof outside>[0])).toEqual({});
    }
  });
});
