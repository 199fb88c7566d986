import { estimateSeconds } from '../../../../lib/bench/plan/estimate-duration.ts';
import {
  createMeasurementQueue,
  createTimeLeft,
} from '../../../../lib/bench/run/measurement-queue.ts';
import { closed, planMeasurement } from '../../../support/recorded-run.ts';

// Warm-up and window of each take eleven seconds.
const measurements = [1, 2, 3].map((users) => planMeasurement({ level: closed(users) }));
const [first, second] = measurements;
if (first === undefined || second === undefined) throw new Error('no measurements');

describe('The time left', () => {
  it('is the estimate until a measurement is finished', () => {
    expect(createTimeLeft().of(measurements)).toBe(estimateSeconds(measurements));
  });

  it('uses the overhead of finished measurements beyond their windows, with and without a start', () => {
    const timeLeft = createTimeLeft();
    timeLeft.finished(first, true, 15);
    timeLeft.finished(second, false, 12);

    expect(timeLeft.of(measurements)).toBe(15 + 12 + 12);
  });
});

describe('The time left of servers side by side', () => {
  it('has the starts before the measurements, and the overhead of measurements that keep their server', () => {
    const timeLeft = createTimeLeft();
    timeLeft.startedBeside(3);
    expect(timeLeft.of(measurements)).toBe(estimateSeconds(measurements));

    timeLeft.finished(first, false, 12);
    timeLeft.finished(second, false, 12);

    expect(timeLeft.of(measurements)).toBe(3 * 12 + 3);
  });
});

describe('The queue of measurements', () => {
  it('has those that are not done in their order, with their numbers in the run and what is left', () => {
    const queue = createMeasurementQueue({}, measurements, ({ id }) => id === first.id, []);
    const next = [queue.next(), queue.next(), queue.next()];

    expect(next.map((queued) => queued && [queued.number, queued.total])).toEqual([
      [2, 3],
      [3, 3],
      undefined,
    ]);
    expect(next[0]).toMatchObject({ measurement: second, rest: measurements.slice(1) });
  });
});
