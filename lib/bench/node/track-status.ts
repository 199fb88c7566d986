import type { RunStatus } from '../results/run-status.ts';
import type { CellPlace, RunEvent } from '../run/run-event.ts';

/** The status with the cell that runs now; the same object where nothing changed. */
const withCell = (status: RunStatus, { cell, secondsLeft }: CellPlace, at: Date): RunStatus =>
  status.cell?.id === cell.id
    ? status
    : { ...status, cell: { id: cell.id, startedAt: at.toISOString() }, secondsLeft };

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
          completed: event.finishedCells - event.failedCells - event.skippedCells,
          failed: event.failedCells,
          ...(event.skippedCells === 0 ? {} : { skipped: event.skippedCells }),
          ...(event.earlierCells === 0 ? {} : { earlier: event.earlierCells }),
        },
      };
    case 'serving-start':
    case 'load':
    case 'direct-start':
      return withCell(status, event, at);
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
    case 'check-start':
    case 'check-end':
      return status;
    default:
      return event satisfies never;
  }
};

/** The status of a pair at the end of its runner. Pure. */
export const statusAtEnd = (
  status: RunStatus,
  state: RunStatus['state'],
  message: string | undefined,
): RunStatus => ({
  ...withoutCell(status),
  state,
  ...(message === undefined ? {} : { message }),
  ...(state === 'completed' ? { secondsLeft: 0 } : {}),
});
