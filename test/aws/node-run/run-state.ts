import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Calibration, ResultRecord } from '../../../lib/bench/model/record.ts';
import type { RunStatus } from '../../../lib/bench/results/run-folder.ts';
import type { Runner } from './node-pair.ts';

export const calibrationsOf = (records: readonly ResultRecord[]): readonly Calibration[] =>
  records.filter((record) => record.kind === 'calibration');

export const statusIn = (folder: string): RunStatus =>
  JSON.parse(readFileSync(join(folder, 'status.json'), 'utf8')) as RunStatus;

export const linesIn = (folder: string, kind: string): number => {
  const file = join(folder, 'results.jsonl');
  if (!existsSync(file)) return 0;
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith(`{"kind":"${kind}"`)).length;
};

/** Waits until a measurement runs and its answers have been checked. */
export const untilMeasuring = ({ until, folder }: Runner): Promise<unknown> =>
  until(
    () =>
      existsSync(join(folder, 'status.json')) &&
      statusIn(folder).running !== undefined &&
      linesIn(folder, 'answer-check') > 0,
  );
