import { statusAfter, statusAtEnd } from '../../../../lib/bench/node/track-status.ts';
import type { RunStatus } from '../../../../lib/bench/results/run-status.ts';
import type { CellPlace, RunEvent } from '../../../../lib/bench/run/run-event.ts';
import { closed, recordedRun } from '../../../support/recorded-run.ts';

const { plan, records } = recordedRun({ levels: [closed(1)], repeats: 1 });
const [cell] = plan.cells;
const record = records.find((one) => one.kind === 'cell');
if (cell === undefined || record?.kind !== 'cell') throw new Error('no cell');

const at = new Date('2026-01-02T03:04:05Z');
const first: RunStatus = {
  schema: 1,
  runId: 'study',
  pair: 1,
  state: 'preparing',
  startedAt: '2026-01-02T03:00:00.000Z',
  updatedAt: '2026-01-02T03:00:00.000Z',
  cells: { total: 0, completed: 0, failed: 0 },
  pricePerHourUsd: 0.7,
  pendingUploads: 0,
  starts: 1,
};
const place: CellPlace = { number: 3, total: 8, cell, secondsLeft: 100 };
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
  finishedCells: 2,
});

describe('the status of a pair', () => {
  it('counts what an earlier start has finished', () => {
    expect(started).toMatchObject({
      state: 'running',
      planHash: plan.hash,
      cells: { total: 8, completed: 2, failed: 0 },
    });
  });

  it('names the cell that runs, since when, and changes only with the next', () => {
    const running = after(started, { event: 'serving-start', ...place });

    expect(running).toMatchObject({
      cell: { id: cell.id, startedAt: at.toISOString(), planned: cell, step: 'serving-start' },
      secondsLeft: 100,
    });
    expect(after(running, { event: 'serving-start', ...place })).toBe(running);
    expect(after(started, progress).cell?.id).toBe(cell.id);
  });

  it('says what goes on for the cell, and how its load goes while it goes', () => {
    const { path, engine } = cell;
    const check = { event: 'check-start', path, engine } as const;
    const checking = after(started, { event: 'serving-start', ...place }, check);
    const loaded = after(checking, progress);
    const direct = after(loaded, { event: 'direct-start', ...place });

    expect(checking.cell?.step).toBe('answer-check');
    expect(loaded.cell).toMatchObject({
      step: 'load',
      load: { phase: 'window', elapsedSeconds: 1, requestRatePerSecond: 1, p50Ms: 1, failed: 0 },
    });
    expect(direct.cell).toMatchObject({ step: 'direct-check' });
    expect(direct.cell).not.toHaveProperty('load');
  });

  it('takes what has passed of the cell off the time that is left', () => {
    const running = after(started, progress);
    const later = statusAfter(running, progress, new Date(at.getTime() + 30_000));

    expect(later).toMatchObject({ secondsLeft: 70, cell: { startedAt: at.toISOString() } });
  });

  it('counts a cell when it has ended, whichever way', () => {
    const { cell: _, secondsLeft: __, ...kept } = place;
    const ended = { ...kept, event: 'cell-end', cell, secondsLeft: 90 } as const;
    const failed = {
      kind: 'cell',
      state: 'failed',
      cell,
      startedAt: '',
      finishedAt: '',
      code: 'X',
      message: '',
    } as const;
    const status = after(started, progress, { ...ended, record }, progress, {
      ...ended,
      record: failed,
    });

    expect(status.cells).toEqual({ total: 8, completed: 3, failed: 1 });
    expect(status).not.toHaveProperty('cell');
    expect(status.secondsLeft).toBe(90);
  });

  it('knows at the end how many cells the searches took', () => {
    const cells = { total: 76, completed: 20, failed: 1 };

    expect(statusAtEnd({ ...started, cells }, 'completed', undefined).cells.total).toBe(21);
    expect(statusAtEnd({ ...started, cells }, 'failed', 'x').cells.total).toBe(76);
  });

  it('ends without a cell, with the reason where there is one', () => {
    const running = after(started, progress);

    expect(statusAtEnd(running, 'completed', undefined)).toMatchObject({
      state: 'completed',
      secondsLeft: 0,
    });
    const failed = statusAtEnd(running, 'failed', 'the disk is full');
    expect(failed).toMatchObject({ state: 'failed', message: 'the disk is full' });
    expect(failed).not.toHaveProperty('cell');
  });
});
