import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measurementText } from '../progress/progress-text.ts';
import type { RunStatus } from '../results/run-folder.ts';
import type { RunEvent } from '../run/run-event.ts';
import { targetLabels, type Labels } from '../wording/labels.ts';

/** The status of a pair, in a file of its run folder that is uploaded like all others. */
export interface StatusFile {
  readonly current: () => RunStatus;
  /** Updates the status after an event. */
  readonly note: (event: RunEvent) => void;
  /** Writes the final status. */
  readonly end: (state: RunStatus['state'], message?: string) => void;
}

/** Reads the status that an earlier start left; undefined if there was none. */
const readEarlier = (file: string): RunStatus | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RunStatus;
  } catch {
    return undefined;
  }
};

/**
 * Creates the status file of a pair, or continues the one of an earlier start.
 *
 * @param onChange called after each write
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
  const earlier = readEarlier(file);
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
    format: 1,
    runId,
    pair,
    state: 'preparing',
    startedAt: earlier?.startedAt ?? new Date().toISOString(),
    updatedAt: '',
    measurements: earlier?.measurements ?? { total: 0, completed: 0, failed: 0 },
    starts: (earlier?.starts ?? 0) + 1,
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
        const measurements = {
          ...current.measurements,
          // A search finds out how many it takes.
          total: event.total,
          [state]: current.measurements[state] + 1,
        };
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
        // Until now the total included the most trials that searches may take.
        ...(state === 'completed' && {
          secondsLeft: 0,
          measurements: { total: completed + failed, completed, failed },
        }),
      });
    },
  };
};
