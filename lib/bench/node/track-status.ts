import type { LiveLoad, RunningMeasurement, RunStatus } from '../results/run-status.ts';
import type { MeasurementPlace, RunEvent } from '../run/run-event.ts';
import { liveLoadAfter } from './live-load.ts';

/** The status with what goes on for the measurement that runs now; the same object where nothing changed. */
const withMeasurement = (
  status: RunStatus,
  { measurement: planned, secondsLeft }: MeasurementPlace,
  at: Date,
  doing: { readonly step: NonNullable<RunningMeasurement['step']>; readonly load?: LiveLoad },
): RunStatus => {
  const { id } = planned;
  const before = status.measurement?.id === id ? status.measurement : undefined;
  if (before?.step === doing.step && doing.load === undefined) return status;
  const startedAt = before?.startedAt ?? at.toISOString();
  // The event says what was left when the measurement began.
  const soFar = (at.getTime() - new Date(startedAt).getTime()) / 1000;
  return {
    ...status,
    measurement: { id, startedAt, planned, ...doing },
    secondsLeft: Math.max(0, secondsLeft - soFar),
  };
};

const withStep = (status: RunStatus, step: RunningMeasurement['step']): RunStatus => {
  if (status.measurement === undefined) return status;
  const { step: _, load: __, ...measurement } = status.measurement;
  return { ...status, measurement: step === undefined ? measurement : { ...measurement, step } };
};

const loadBefore = (
  { measurement }: RunStatus,
  { measurement: { id } }: MeasurementPlace,
): LiveLoad | undefined => (measurement?.id === id ? measurement.load : undefined);

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
      return withMeasurement(status, event, at, { step: 'serving-start' });
    case 'load': {
      const load = liveLoadAfter(loadBefore(status, event), event.progress);
      return withMeasurement(status, event, at, { step: 'load', load });
    }
    case 'bypass-start':
      return withMeasurement(status, event, at, { step: 'bypass-run' });
    case 'check-start':
      return withStep(status, 'answer-check');
    case 'check-end':
      return withStep(status, undefined);
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
