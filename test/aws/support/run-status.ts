import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { createAws } from '../../../lib/bench/aws/clients.ts';
import { readRunObjects } from '../../../lib/bench/aws/run-objects.ts';
import type { RunStatus } from '../../../lib/bench/results/run-folder.ts';
import type { Emulator } from './emulator.ts';
import type { Operator } from './operator.ts';
import { readUntil } from '../../support/read-until.ts';

/** A run in the output of `serving-compare status --json`. */
export interface RunOutput {
  readonly runId: string;
  readonly state: string;
  readonly pairs: readonly (Pick<RunStatus, 'pair' | 'measurements' | 'starts'> & {
    readonly state: string;
  })[];
}

/** Reads a run with `serving-compare status`. */
export const statusOf = async (
  operator: Operator,
  runId: string,
): Promise<RunOutput | undefined> => {
  const { runs } = (await operator.benchJson('status', runId)) as {
    readonly runs?: readonly RunOutput[];
  };
  return runs?.[0];
};

/**
 * Waits until enough measurements of a run are completed. Reads the statuses in the bucket, since calling `serving-compare
 * status` repeatedly would take CPU from the nodes.
 *
 * @param isEnough called with the number of completed measurements by pair; pairs that have not reported are absent
 */
export const untilCompleted = async (
  emulator: Emulator,
  run: { readonly runId: string; readonly assertRunning?: () => void },
  isEnough: (completed: ReadonlyMap<number, number>) => boolean,
  limitMs: number,
): Promise<void> => {
  Object.assign(process.env, emulator.env);
  const aws = createAws('us-east-1');
  try {
    const { Buckets = [] } = await aws.s3.send(new ListBucketsCommand());
    await readUntil(
      async () => {
        run.assertRunning?.();
        const runs = await Promise.all(
          Buckets.map(({ Name = '' }) => readRunObjects(aws, Name, run.runId)),
        );
        const statuses = runs.flatMap((found) => [...(found?.statuses.values() ?? [])]);
        return new Map(statuses.map(({ pair, measurements }) => [pair, measurements.completed]));
      },
      isEnough,
      limitMs,
      1000,
    );
  } finally {
    aws.close();
  }
};
