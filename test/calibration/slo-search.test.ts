// The search against a serving whose queue is known: one request at a time, each of the same length, Poisson arrivals.
import type { LoadResult } from '../../lib/bench/model/load-result.ts';
import type { Measurement, Target } from '../../lib/bench/model/measurement.ts';
import {
  searchProgress,
  type SearchProgress,
} from '../../lib/bench/analysis/slo/search-progress.ts';
import type { SloSearch } from '../../lib/bench/model/plan.ts';
import type { ResultRecord } from '../../lib/bench/model/record.ts';
import { dataSet, measure } from '../lib/bench/load/load-process.ts';
import { closed, completedMeasurement, planMeasurement } from '../support/recorded-run.ts';
import { startReferenceServing } from '../support/reference-serving.ts';

jest.setTimeout(180_000);
// A machine that is busy with something else answers later than the queue alone would.
jest.retryTimes(2, { logErrorsBeforeRetry: true });

/** Short, since the window of a trial takes 662 of them. */
const SERVICE_MS = 4;
const CAPACITY = 1000 / SERVICE_MS;

/**
 * So long that by the queue's known distribution (M/D/1) fewer than 1 of 100,000 requests takes longer at 90 % of the
 * capacity, and that a busy machine does not reach it either; above the capacity the queue grows beyond it.
 */
const BOUND_MS = 75 * SERVICE_MS;

const target: Target = {
  serving: 'torchserve',
  protocol: 'rest',
  payload: 'image',
  encoding: 'raw',
};
const search: SloSearch = {
  id: 'slo-p99-300/torchserve.rest.image.raw/delay',
  target,
  engine: 'delay',
  p99Ms: BOUND_MS,
  warmupSeconds: 0.5,
  durationSeconds: 3,
  timeoutMs: 5000,
  repeat: 1,
};

const runSearch = async (
  load: (measurement: Measurement) => Promise<LoadResult>,
): Promise<SearchProgress> => {
  const pilot = planMeasurement(target, 'delay', 'warm', closed(8), 1, 1);
  const records: ResultRecord[] = [completedMeasurement(pilot, await load(pilot))];
  for (;;) {
    const progress = searchProgress(search, records);
    if (progress.next === undefined) return progress;
    records.push(completedMeasurement(progress.next, await load(progress.next)));
  }
};

describe('a search for the highest rate within a bound of p99', () => {
  it('finds that of a known queue', async () => {
    const options = {
      seed: 11,
      latency: { kind: 'constant', ms: SERVICE_MS },
      capacity: 1,
    };
    const serving = await startReferenceServing(
      '--engine=delay',
      `--engine-options=${JSON.stringify(options)}`,
    );
    try {
      const images = dataSet.filter((file) => file.endsWith('cat.jpg'));
      // Where a machine of few cores sends some requests late, the search says that it has no result, and keeps its bracket.
      const { highestKept, lowestFailing } = await runSearch(
        ({ level, warmupSeconds, durationSeconds, timeoutMs }) =>
          measure({ url: serving.url, images, level, warmupSeconds, durationSeconds, timeoutMs }),
      );
      const [valid = 0, invalid = 0] = [highestKept, lowestFailing].map(
        (trial) => trial?.ratePerSecond,
      );

      expect(invalid / valid).toBeLessThanOrEqual(1.05);
      expect(invalid).toBeGreaterThan(0.9 * CAPACITY);
      expect(valid).toBeLessThan(1.1 * CAPACITY);
    } finally {
      await serving.stop();
    }
  });
});
