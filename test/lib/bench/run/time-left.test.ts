import { estimateSeconds } from '../../../../lib/bench/plan/estimate-duration.ts';
import { createTimeLeft } from '../../../../lib/bench/run/time-left.ts';
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
    timeLeft.finished(first, undefined, 15);
    timeLeft.finished(second, first, 12);

    expect(timeLeft.of(measurements)).toBe(15 + 12 + 12);
  });
});
