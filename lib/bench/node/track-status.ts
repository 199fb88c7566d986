import type { RunStatus } from '../results/run-status.ts';
import type { MeasurementPlace, RunEvent } from '../run/run-event.ts';

/** The status with the measurement that runs now; the same object where nothing changed. */
const withMeasurement = (
  status: RunStatus,
  { measurement: planned, secondsLeft }: MeasurementPlace,
  at: Date,
): RunStatus => {
  const { id } = planned;
  if (status.measurement?.id === id) return status;
  return { ...status, measurement: { id, startedAt: at.toISOString(), planned }, secondsLeft };
};

const withoutMeasurement = (status: RunStatus): RunStatus => {
  const { measurement, ...rest } = status;
  return measurement === undefined ? status : rest;
};

/** The status of a pair after an event of its run; the same object where the event changes nothing. Pure. */
export const statusAfter = (status: RunStatus, event: RunEvent, at: Date): RunStatus => {
  switch (event.event) {
    case 'run-start':
      return {
        ...status,
        state: 'running',
        planHash: event.plan.hash,
        measurements: {
          total: event.total,
          completed: event.finishedMeasurements,
          failed: 0,
        },
      };
    case 'serving-start':
    case 'load':
    case 'bypass-start':
      return withMeasurement(status, event, at);
    case 'measurement-end': {
      const { state } = event.record;
      const { [state]: before = 0 } = status.measurements;
      return {
        ...withoutMeasurement(status),
        secondsLeft: event.secondsLeft,
        measurements: { ...status.measurements, [state]: before + 1 },
      };
    }
    case 'preparing':
    case 'half-line-dropped':
    case 'calibration-end':
    case 'check-start':
    case 'check-end':
      return status;
    default:
      return event satisfies never;
  }
};

/** The total was the most that the searches may take; now it is known. */
const allFinished = (measurements: RunStatus['measurements']): RunStatus['measurements'] => ({
  ...measurements,
  total: measurements.completed + measurements.failed,
});

/** The status of a pair at the end of its runner. Pure. */
export const statusAtEnd = (
  status: RunStatus,
  state: RunStatus['state'],
  message: string | undefined,
): RunStatus => ({
  ...withoutMeasurement(status),
  state,
  ...(message === undefined ? {} : { message }),
  ...(state === 'completed'
    ? { secondsLeft: 0, measurements: allFinished(status.measurements) }
    : {}),
});
