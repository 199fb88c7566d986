import type { RunStatus } from '../../../lib/bench/results/run-status.ts';
import type { Operator } from './operator.ts';

/** What `bench status --json` tells of a run. */
export interface RunAnswer {
  readonly runId: string;
  readonly state: string;
  readonly pairs: readonly (Pick<RunStatus, 'pair' | 'cells' | 'starts' | 'pendingUploads'> & {
    readonly state: string;
  })[];
}

/** A run as `bench status` sees it; undefined before its runners' first word. */
export const statusOf = async (
  operator: Operator,
  runId: string,
): Promise<RunAnswer | undefined> => {
  const answer = (await operator.benchJson('status', runId)) as {
    readonly runs?: readonly RunAnswer[];
  };
  return answer.runs?.[0];
};

/** Cells that all pairs of a run have completed. */
export const completedCells = (run: RunAnswer | undefined): number =>
  (run?.pairs ?? []).reduce((sum, { cells }) => sum + cells.completed, 0);
