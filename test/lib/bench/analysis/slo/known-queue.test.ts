// Searches the limit of a known queue: one request at a time, constant service time, Poisson arrivals (M/D/1). The queue is simulated, so
// the result does not depend on the machine. test/calibration tests the load generator against a clock.
import { searchProgress } from '../../../../../lib/bench/analysis/slo/search-progress.ts';
import { planArrivals } from '../../../../../k6/arrivals.ts';
import type { Measurement } from '../../../../../lib/bench/model/measurement.ts';
import type { SloSearch } from '../../../../../lib/bench/model/plan.ts';
import type { CompletedMeasurement } from '../../../../../lib/bench/model/record.ts';
import {
  closed,
  completedMeasurement,
  loadResult,
  planMeasurement,
  recordedTargets,
} from '../../../../support/recorded-run.ts';

const SERVICE_MS = 4;
const CAPACITY = 1000 / SERVICE_MS;
const USERS = 8;

/** Below 95 % of the capacity, fewer than 1 % of the requests in an M/D/1 queue wait for 50 others. */
const BOUND_MS = 50 * SERVICE_MS;

const [target] = recordedTargets();
const search: SloSearch = {
  id: `slo-p99-${BOUND_MS}/delay`,
  target,
  engine: 'delay',
  p99Ms: BOUND_MS,
  warmupSeconds: 5,
  durationSeconds: 60,
  timeoutMs: 60_000,
  repeat: 1,
};

/** Latencies of a simulated server, from the planned send times. */
const latenciesOf = ({ level, warmupSeconds, durationSeconds }: Measurement): readonly number[] => {
  if (level.loop === 'closed') {
    const count = durationSeconds * CAPACITY;
    return Array.from({ length: count }, () => level.virtualUsers * SERVICE_MS);
  }
  const arrivals = { ...level, seed: 7, rampMs: 0 };
  let freeMs = 0;
  const latenciesMs: number[] = [];
  for (const sentMs of planArrivals(arrivals, 1000 * (warmupSeconds + durationSeconds))) {
    freeMs = Math.max(freeMs, sentMs) + SERVICE_MS;
    if (sentMs >= 1000 * warmupSeconds) latenciesMs.push(freeMs - sentMs);
  }
  return latenciesMs;
};

const measure = (measurement: Measurement): CompletedMeasurement =>
  completedMeasurement(
    measurement,
    loadResult(latenciesOf(measurement), measurement.durationSeconds),
  );

it('A search finds the highest rate that a known queue serves within the limit', () => {
  const records = [
    measure(planMeasurement({ engine: 'delay', level: closed(USERS), durationSeconds: 1 })),
  ];
  let progress = searchProgress(search, records);
  while (progress.next !== undefined) {
    records.push(measure(progress.next));
    progress = searchProgress(search, records);
  }
  const [kept = 0, failing = 0] = [progress.highestKept, progress.lowestFailing].map(
    (trial) => trial?.ratePerSecond,
  );

  expect(progress.state).toBe('found');
  expect(failing / kept).toBeLessThanOrEqual(1.05);
  expect(failing).toBeGreaterThan(0.95 * CAPACITY);
  expect(kept).toBeLessThan(1.01 * CAPACITY);
});
