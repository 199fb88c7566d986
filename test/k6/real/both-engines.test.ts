// The same load by both engines on a serving whose latencies are known: the figures of each must be the known ones within
// 2 %, or within the sampling error where that is larger (`test/calibration/bounds.ts`), and so agree with each other.
import type { LoadResult } from '../../../lib/bench/model/load-result.ts';
import { dataSet, measure, type LoadProgram } from '../../lib/bench/load/load-process.ts';
import {
  closedRateBounds,
  meanBounds,
  quantileBounds,
  shareBounds,
} from '../../calibration/bounds.ts';
import type { Bounds } from '../../calibration/bounds.ts';
import { constant, exponential, type KnownLatency } from '../../calibration/known-latency.ts';
import { startReferenceServing } from '../../support/reference-serving.ts';
import { installedK6 } from './installed-k6.ts';

jest.setTimeout(60_000);
// A busy machine delays server and client; the server draws the same latencies again, so a wrong engine stays wrong.
jest.retryTimes(2, { logErrorsBeforeRetry: true });

const SECONDS = 4;
/** Beyond the 2 %, what an engine and a server in other processes on the same cores may add to an exchange. */
const OVERHEAD_MS = 2;
type Job = Omit<Parameters<typeof measure>[0], 'url'>;

const embedded: LoadProgram = { main: 'lib/bench/load/main.ts' };
const k6 = (): LoadProgram => ({
  main: 'lib/bench/load/k6/main.ts',
  env: { SERVING_COMPARE_K6: installedK6() },
});

const measureBoth = async (options: object, job: Job): Promise<readonly LoadResult[]> => {
  const results: LoadResult[] = [];
  for (const program of [embedded, k6()]) {
    const serving = await startReferenceServing(
      '--engine=delay',
      `--engine-options=${JSON.stringify({ seed: 11, ...options })}`,
    );
    const images = dataSet.filter((file) => file.endsWith('cat.jpg'));
    const common = { url: serving.url, images, warmupSeconds: 0.75, durationSeconds: SECONDS };
    results.push(await measure({ ...common, ...job }, program).finally(serving.stop));
  }
  return results;
};

const outside = (figures: Readonly<Record<string, readonly [number, Bounds]>>): object =>
  Object.fromEntries(
    Object.entries(figures).filter(
      ([, [value, [least, greatest]]]) => !(value >= least && value <= greatest),
    ),
  );

const later = ([least, greatest]: Bounds, ms: number): Bounds => [least, greatest + ms];

const latencyFigures = (
  { latency, self }: LoadResult,
  known: KnownLatency,
): Record<string, readonly [number, Bounds]> => {
  const { count } = latency;
  return {
    mean: [latency.meanMs, later(meanBounds(known, count), OVERHEAD_MS)],
    p50: [latency.p50Ms, later(quantileBounds(known, 0.5, count), OVERHEAD_MS)],
    p90: [
      latency.p90Ms,
      later(quantileBounds(known, 0.9, count), OVERHEAD_MS + self.eventLoopLagMaxMs),
    ],
  };
};

describe('the embedded engine and k6', () => {
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
      const [least, greatest] = closedRateBounds(known, virtualUsers, SECONDS);
      expect(
        outside({
          ...latencyFigures(result, known),
          // Each exchange takes a little longer than the serving's delay.
          rate: [result.requestRatePerSecond, [least * 0.97, greatest]],
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
        expect(outside(latencyFigures(result, known))).toEqual({});
      }
    },
  );

  it('count the same failures in the same classes', async () => {
    const shares = { 'http-503': 0.1, reset: 0.1, 'wrong-answer': 0.12 };
    const results = await measureBoth(
      {
        latency: constant(40).options,
        failureShare: 0.1,
        statusOnFailure: 503,
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
