import { statusAfter, statusAtEnd } from '../../../../lib/bench/node/track-status.ts';
import type { RunStatus } from '../../../../lib/bench/results/run-status.ts';
import type { MeasurementPlace, RunEvent } from '../../../../lib/bench/run/run-event.ts';
import { closed, recordedRun } from '../../../support/recorded-run.ts';

const { plan, records } = recordedRun({ levels: [closed(1)], repeats: 1 });
const [measurement] = plan.measurements;
const record = records.find((one) => one.kind === 'measurement');
if (measurement === undefined || record?.kind !== 'measurement') throw new Error('no measurement');

const at = new Date('2026-01-02T03:04:05Z');
const first: RunStatus = {
  schema: 1,
  runId: 'study',
  pair: 1,
  state: 'preparing',
  startedAt: '2026-01-02T03:00:00.000Z',
  updatedAt: '2026-01-02T03:00:00.000Z',
  measurements: { total: 0, completed: 0, failed: 0 },
  starts: 1,
};
const place: MeasurementPlace = { number: 3, total: 8, measurement, secondsLeft: 100 };
const progress: RunEvent = {
  event: 'load',
  ...place,
  progress: {
    event: 'progress',
    phase: 'window',
    elapsedSeconds: 1,
    requestRatePerSecond: 1,
    p50Ms: 1,
    failed: 0,
  },
};
const after = (status: RunStatus, ...events: readonly RunEvent[]): RunStatus =>
  events.reduce((before, event) => statusAfter(before, event, at), status);

const started = after(first, {
  event: 'run-start',
  plan,
  total: 8,
  finishedMeasurements: 2,
});

describe('the status of a pair', () => {
  it('counts what an earlier start has finished', () => {
    expect(started).toMatchObject({
      state: 'running',
      planHash: plan.hash,
      measurements: { total: 8, completed: 2, failed: 0 },
    });
  });

  it('names the measurement that runs, since when, and changes only with the next', () => {
    const running = after(started, { event: 'serving-start', ...place });

    expect(running).toMatchObject({
      measurement: { id: measurement.id, startedAt: at.toISOString(), planned: measurement },
      secondsLeft: 100,
    });
    expect(after(running, progress, { event: 'bypass-start', ...place })).toBe(running);
    expect(after(started, progress).measurement?.id).toBe(measurement.id);
  });

  it('counts a measurement when it has ended, whichever way', () => {
    const { measurement: _, secondsLeft: __, ...kept } = place;
    const ended = { ...kept, event: 'measurement-end', measurement, secondsLeft: 90 } as const;
    const failed = {
      kind: 'measurement',
      state: 'failed',
      measurement,
      startedAt: '',
      finishedAt: '',
      code: 'X',
      message: '',
    } as const;
    const status = after(started, progress, { ...ended, record }, progress, {
      ...ended,
      record: failed,
    });

    expect(status.measurements).toEqual({ total: 8, completed: 3, failed: 1 });
    expect(status).not.toHaveProperty('measurement');
    expect(status.secondsLeft).toBe(90);
  });

  it('knows at the end how many measurements the searches took', () => {
    const measurements = { total: 76, completed: 20, failed: 1 };

    expect(
      statusAtEnd({ ...started, measurements }, 'completed', undefined).measurements.total,
    ).toBe(21);
    expect(statusAtEnd({ ...started, measurements }, 'failed', 'x').measurements.total).toBe(76);
  });

  it('ends without a measurement, with the reason where there is one', () => {
    const running = after(started, progress);

    expect(statusAtEnd(running, 'completed', undefined)).toMatchObject({
      state: 'completed',
      secondsLeft: 0,
    });
    const failed = statusAtEnd(running, 'failed', 'the disk is full');
    expect(failed).toMatchObject({ state: 'failed', message: 'the disk is full' });
    expect(failed).not.toHaveProperty('measurement');
  });
});
