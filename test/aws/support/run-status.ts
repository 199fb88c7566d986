import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { createAws } from '../../../lib/bench/aws/clients.ts';
import { readRunObjects } from '../../../lib/bench/aws/run-objects.ts';
import type { RunStatus } from '../../../lib/bench/results/run-status.ts';
import type { Emulator } from './emulator.ts';
import type { Operator } from './operator.ts';
import { until } from './until.ts';

/** What `npx serving-compare status --json` tells of a run. */
export interface RunAnswer {
  readonly runId: string;
  readonly state: string;
  readonly pairs: readonly (Pick<RunStatus, 'pair' | 'measurements' | 'starts'> & {
    readonly state: string;
  })[];
}

/** A run as `npx serving-compare status` sees it; undefined before its runners' first word. */
export const statusOf = async (
  operator: Operator,
  runId: string,
): Promise<RunAnswer | undefined> => {
  const answer = (await operator.benchJson('status', runId)) as {
    readonly runs?: readonly RunAnswer[];
  };
  return answer.runs?.[0];
};

/**
 * Waits until as many measurements of a run are completed, by the pairs' own words in the bucket. To ask `npx serving-compare status` again and
 * again would take from the machine what the nodes need.
 *
 * @param fits of the measurements that each pair has completed, by its number; a pair that has said nothing yet is not among them
 */
export const untilCompleted = async (
  emulator: Emulator,
  run: { readonly runId: string; readonly goesOn?: () => void },
  fits: (completed: ReadonlyMap<number, number>) => boolean,
  limitMs: number,
): Promise<void> => {
  Object.assign(process.env, emulator.env);
  const aws = createAws('us-east-1');
  try {
    const { Buckets = [] } = await aws.s3.send(new ListBucketsCommand());
    await until(
      async () => {
        run.goesOn?.();
        const runs = await Promise.all(
          Buckets.map(({ Name = '' }) => readRunObjects(aws, Name, run.runId)),
        );
        const statuses = runs.flatMap((one) => [...(one?.statuses.values() ?? [])]);
        return new Map(statuses.map(({ pair, measurements }) => [pair, measurements.completed]));
      },
      fits,
      limitMs,
    );
  } finally {
    aws.close();
  }
};
