import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measurementText } from '../progress/progress-text.ts';
import type { RunStatus } from '../results/run-status.ts';
import type { RunEvent } from '../run/run-event.ts';
import { targetLabels, type Labels } from '../wording/labels.ts';

/** The status of a pair in its run folder, which the upload puts into the bucket like every other file. */
export interface StatusFile {
  readonly current: () => RunStatus;
  /** Takes note of what happened. */
  readonly note: (event: RunEvent) => void;
  /** The last word. */
  readonly end: (state: RunStatus['state'], message?: string) => void;
}

/** What an earlier start left; undefined where there was none. */
const readBefore = (file: string): RunStatus | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RunStatus;
  } catch {
    return undefined;
  }
};

/**
 * Begins, or begins again, to tell how far a pair is.
 *
 * @param onChange called when the file was written
 */
export const createStatusFile = (
  {
    folder,
    runId,
    pair,
  }: { readonly folder: string; readonly runId: string; readonly pair: number },
  onChange: () => void,
): StatusFile => {
  const file = join(folder, 'status.json');
  const before = readBefore(file);
  let current: RunStatus;
  let labels: Labels = new Map();

  const write = (next: Omit<RunStatus, 'updatedAt'>): void => {
    const now = new Date().toISOString();
    current = { ...next, updatedAt: now };
    writeFileSync(`${file}.part`, `${JSON.stringify(current, null, 2)}\n`);
    renameSync(`${file}.part`, file);
    onChange();
  };
  const idle = (): RunStatus => {
    const { running: _, ...rest } = current;
    return rest;
  };

  current = {
    schema: 1,
    runId,
    pair,
    state: 'preparing',
    startedAt: before?.startedAt ?? new Date().toISOString(),
    updatedAt: '',
    measurements: before?.measurements ?? { total: 0, completed: 0, failed: 0 },
    starts: (before?.starts ?? 0) + 1,
  };
  write(current);
  return {
    current: () => current,
    note: (event) => {
      if (event.event === 'run-start') {
        labels = targetLabels(event.plan.targets);
        const { total, finishedMeasurements: completed } = event;
        write({ ...current, state: 'running', measurements: { total, completed, failed: 0 } });
      } else if (event.event === 'measurement-end') {
        const { state } = event.record;
        const { [state]: counted, ...others } = current.measurements;
        const measurements = { ...others, [state]: counted + 1 } as RunStatus['measurements'];
        write({ ...idle(), secondsLeft: event.secondsLeft, measurements });
      } else if ('measurement' in event) {
        const running = measurementText(event.measurement, labels);
        const { secondsLeft } = event;
        if (running !== current.running) write({ ...current, running, secondsLeft });
      }
    },
    end: (state, message) => {
      const { completed, failed } = current.measurements;
      write({
        ...idle(),
        state,
        message,
        // The total was the most that the searches may take; now it is known.
        ...(state === 'completed' && {
          secondsLeft: 0,
          measurements: { total: completed + failed, completed, failed },
        }),
      });
    },
  };
};
