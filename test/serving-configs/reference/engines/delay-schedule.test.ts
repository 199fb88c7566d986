import {
  createDelaySchedule,
  drawLatencyMs,
} from '../../../../serving-configs/reference/engines/delay-schedule.ts';
import type { DelayOptions } from '../../../../serving-configs/reference/engines/delay-options.ts';

const COUNT = 20_000;

const draws = (options: DelayOptions, length = COUNT) => {
  const schedule = createDelaySchedule(options);
  return Array.from({ length }, () => schedule.admit(0));
};
const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const shareOf = (values: readonly unknown[], wanted: unknown): number =>
  values.filter((value) => value === wanted).length / values.length;

describe('the delay schedule', () => {
  it('gives a constant latency', () => {
    const due = draws({ latency: { kind: 'constant', ms: 50 } }).map(({ dueMs }) => dueMs);

    expect(new Set(due)).toEqual(new Set([50]));
  });

  it('gives an exponential latency with its mean and median', () => {
    const due = draws({ latency: { kind: 'exponential', meanMs: 50 } }).map(({ dueMs }) => dueMs);
    due.sort((a, b) => a - b);

    // Four standard errors.
    expect(Math.abs(meanOf(due) - 50)).toBeLessThan((4 * 50) / Math.sqrt(COUNT));
    expect((due[COUNT / 2] ?? 0) / (50 * Math.LN2)).toBeCloseTo(1, 1);
  });

  it('gives a bimodal latency with its share', () => {
    const latency = { kind: 'bimodal', fastMs: 20, slowMs: 200, slowShare: 0.1 } as const;
    const due = draws({ latency }).map(({ dueMs }) => dueMs);

    expect(new Set(due)).toEqual(new Set([20, 200]));
    expect(Math.abs(shareOf(due, 200) - 0.1)).toBeLessThan(4 * Math.sqrt(0.09 / COUNT));
  });

  it('inverts the exponential distribution', () => {
    const latency = { kind: 'exponential', meanMs: 10 } as const;

    expect(drawLatencyMs(latency, 0)).toBe(0);
    expect(drawLatencyMs(latency, 0.5)).toBeCloseTo(10 * Math.LN2, 9);
  });

  it('fails and disconnects the configured shares', () => {
    const outcomes = draws({
      latency: { kind: 'constant', ms: 0 },
      failureShare: 0.05,
      faults: { reset: 0.02, nan: 0.01 },
    }).map(({ outcome }) => outcome);

    for (const [outcome, share] of [
      ['failure', 0.05],
      ['reset', 0.02],
      ['nan', 0.01],
      ['correct', 0.92],
      ['halfBody', 0],
    ] as const) {
      const error = 4 * Math.sqrt((share * (1 - share)) / COUNT);
      expect(Math.abs(shareOf(outcomes, outcome) - share)).toBeLessThanOrEqual(error);
    }
  });

  it('is the same for the same seed', () => {
    const latency = { kind: 'exponential', meanMs: 5 } as const;
    const options = { seed: 4, latency, failureShare: 0.5 };

    expect(draws(options, 100)).toEqual(draws(options, 100));
    expect(draws({ ...options, seed: 5 }, 100)).not.toEqual(draws(options, 100));
  });

  it('queues requests in order for one of its servers', () => {
    const schedule = createDelaySchedule({ latency: { kind: 'constant', ms: 10 }, capacity: 2 });
    const appointments = [0, 0, 0, 1, 100].map((nowMs) => schedule.admit(nowMs));

    expect(appointments.map(({ dueMs }) => dueMs)).toEqual([10, 10, 20, 20, 110]);
    expect(appointments.map(({ startMs }) => startMs)).toEqual([0, 0, 10, 10, 100]);
  });

  it('holds all answers during a stall', () => {
    const schedule = createDelaySchedule({
      latency: { kind: 'constant', ms: 10 },
      stalls: [{ afterRequests: 3, ms: 500 }],
    });
    const heldUntilMs = [0, 5, 7, 8].map((nowMs) => {
      schedule.admit(nowMs);
      return schedule.heldUntilMs;
    });

    expect(heldUntilMs).toEqual([-Infinity, -Infinity, 507, 507]);
  });
});
