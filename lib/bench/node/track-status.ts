import type { LiveLoad, RunningCell, RunStatus } from '../results/run-status.ts';
import type { CellPlace, RunEvent } from '../run/run-event.ts';
import { liveLoadAfter } from './live-load.ts';

/** The status with what goes on for the cell that runs now; the same object where nothing changed. */
const withCell = (
  status: RunStatus,
  { cell: planned, secondsLeft }: CellPlace,
  at: Date,
  doing: { readonly step: NonNullable<RunningCell['step']>; readonly load?: LiveLoad },
): RunStatus => {
  const { id } = planned;
  const before = status.cell?.id === id ? status.cell : undefined;
  if (before?.step === doing.step && doing.load === undefined) return status;
  const startedAt = before?.startedAt ?? at.toISOString();
  // The event says what was left when the cell began.
  const soFar = (at.getTime() - new Date(startedAt).getTime()) / 1000;
  return {
    ...status,
    cell: { id, startedAt, planned, ...doing },
    secondsLeft: Math.max(0, secondsLeft - soFar),
  };
};

const withStep = (status: RunStatus, step: RunningCell['step']): RunStatus => {
  if (status.cell === undefined) return status;
  const { step: _, load: __, ...cell } = status.cell;
  return { ...status, cell: step === undefined ? cell : { ...cell, step } };
};

const loadBefore = ({ cell }: RunStatus, { cell: { id } }: CellPlace): LiveLoad | undefined =>
  cell?.id === id ? cell.load : undefined;

const withoutCell = (status: RunStatus): RunStatus => {
  const { cell, ...rest } = status;
  return cell === undefined ? status : rest;
};

/** The status of a pair after an event of its run; the same object where the event changes nothing. Pure. */
export const statusAfter = (status: RunStatus, event: RunEvent, at: Date): RunStatus => {
  switch (event.event) {
    case 'run-start':
      return {
        ...status,
        state: 'running',
        planHash: event.plan.hash,
        cells: {
          total: event.total,
          completed: event.finishedCells,
          failed: 0,
        },
      };
    case 'serving-start':
      return withCell(status, event, at, { step: 'serving-start' });
    case 'load': {
      const load = liveLoadAfter(loadBefore(status, event), event.progress);
      return withCell(status, event, at, { step: 'load', load });
    }
    case 'direct-start':
      return withCell(status, event, at, { step: 'direct-check' });
    case 'check-start':
      return withStep(status, 'answer-check');
    case 'check-end':
      return withStep(status, undefined);
    case 'cell-end': {
      const { state } = event.record;
      const { [state]: before = 0 } = status.cells;
      return {
        ...withoutCell(status),
        secondsLeft: event.secondsLeft,
        cells: { ...status.cells, [state]: before + 1 },
      };
    }
    case 'preparing':
    case 'half-line-dropped':
    case 'oracle-end':
      return status;
    default:
      return event satisfies never;
  }
};

/** The total was the most that the searches may take; now it is known. */
const allFinished = (cells: RunStatus['cells']): RunStatus['cells'] => ({
  ...cells,
  total: cells.completed + cells.failed,
});

/** The status of a pair at the end of its runner. Pure. */
export const statusAtEnd = (
  status: RunStatus,
  state: RunStatus['state'],
  message: string | undefined,
): RunStatus => ({
  ...withoutCell(status),
  state,
  ...(message === undefined ? {} : { message }),
  ...(state === 'completed' ? { secondsLeft: 0, cells: allFinished(status.cells) } : {}),
});
