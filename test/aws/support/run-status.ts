import {
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import type { RunStatus } from '../../../lib/bench/results/run-status.ts';
import { runKeys } from '../../../lib/deployment/run-keys.ts';
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
  const s3 = new S3Client({
    endpoint: emulator.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
    forcePathStyle: true,
  });
  const Prefix = `${runKeys.run(run.runId)}pair-`;
  const statusesIn = async (Bucket: string): Promise<readonly RunStatus[]> => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
    const keys = Contents.map(({ Key = '' }) => Key).filter((key) => key.endsWith('/status.json'));
    return Promise.all(
      keys.map(async (Key) => {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
        return JSON.parse((await Body?.transformToString()) ?? '') as RunStatus;
      }),
    );
  };
  try {
    await until(
      async () => {
        run.goesOn?.();
        const { Buckets = [] } = await s3.send(new ListBucketsCommand());
        const statuses = await Promise.all(Buckets.map(({ Name = '' }) => statusesIn(Name)));
        return new Map(
          statuses.flat().map(({ pair, measurements }) => [pair, measurements.completed]),
        );
      },
      fits,
      limitMs,
    );
  } finally {
    s3.destroy();
  }
};
