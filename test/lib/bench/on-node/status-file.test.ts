import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createStatusFile, type StatusFile } from '../../../../lib/bench/on-node/status-file.ts';
import type { RunStatus } from '../../../../lib/bench/results/run-folder.ts';
import type { MeasurementPosition } from '../../../../lib/bench/run/run-event.ts';
import { closed, failedMeasurement, recordedRun } from '../../../support/recorded-run.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

const { plan, records } = recordedRun({ levels: [closed(1)], repeats: 1 });
const [measurement] = plan.measurements;
const record = records.find(({ kind }) => kind === 'measurement');
if (measurement === undefined || record?.kind !== 'measurement') throw new Error('no measurement');
const position: MeasurementPosition = { number: 3, total: 8, measurement, secondsLeft: 100 };

/** Creates the status file of a pair, with a function that reads it. */
const createStatus = (folder = newFolder(), onChange = (): void => undefined) => {
  const status = createStatusFile({ folder, runId: 'study', pair: 1 }, onChange);
  const read = (): RunStatus =>
    JSON.parse(readFileSync(join(folder, 'status.json'), 'utf8')) as RunStatus;
  return { folder, status, read };
};
const start = (status: StatusFile): void =>
  status.note({ event: 'run-start', plan, total: 8, finishedMeasurements: 2 });

describe('the status of a pair', () => {
  it('exists at once, and counts its starts', () => {
    const { folder, read } = createStatus();
    expect(read()).toMatchObject({ state: 'preparing', starts: 1, measurements: { total: 0 } });
    expect(createStatus(folder).read()).toMatchObject({ starts: 2, startedAt: read().startedAt });
  });

  it('includes what an earlier start has finished', () => {
    const { status, read } = createStatus();
    start(status);

    expect(read()).toMatchObject({
      state: 'running',
      measurements: { total: 8, completed: 2, failed: 0 },
    });
  });

  it('says what is being measured, and is written only when that changes', () => {
    let changes = 0;
    const { status, read } = createStatus(undefined, () => (changes += 1));
    start(status);
    status.note({ event: 'serving-start', ...position });
    const before = changes;
    status.note({ event: 'bypass-start', ...position });

    expect(read().running).toMatch(/, cold, 1 VU$/);
    expect(read().secondsLeft).toBe(100);
    expect(changes).toBe(before);
  });

  it('counts a measurement when it has ended, successfully or not', () => {
    const { status, read } = createStatus();
    start(status);
    status.note({ event: 'serving-start', ...position });
    const failed = failedMeasurement(measurement);
    status.note({ event: 'measurement-end', ...position, record });
    status.note({ event: 'measurement-end', ...position, secondsLeft: 90, record: failed });

    expect(read()).toMatchObject({
      measurements: { total: 8, completed: 3, failed: 1 },
      secondsLeft: 90,
    });
    expect(read()).not.toHaveProperty('running');
  });

  it('has the total that a search finds out', () => {
    const { status, read } = createStatus();
    start(status);
    status.note({ event: 'measurement-end', ...position, total: 20, record });

    expect(read().measurements).toEqual({ total: 20, completed: 3, failed: 0 });
  });

  it('ends with the number of measurements that its searches took, or with the reason', () => {
    const { status, read } = createStatus();
    start(status);
    status.end('failed', 'the disk is full');
    expect(read()).toMatchObject({
      state: 'failed',
      message: 'the disk is full',
      measurements: { total: 8 },
    });
    status.end('completed');
    expect(read()).toMatchObject({
      state: 'completed',
      secondsLeft: 0,
      measurements: { total: 2, completed: 2 },
    });
  });
});
