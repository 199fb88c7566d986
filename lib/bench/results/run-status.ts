/** Progress of one node pair with its share of a run: `status.json` in its run folder and in the results bucket. */
export interface RunStatus {
  readonly format: 1;
  readonly runId: string;
  readonly pair: number;
  /**
   * - `preparing`: before the first measurement.
   * - `completed`: every measurement of the share has a record, and all records are in the bucket.
   * - `failed`: the runner could not continue; `message` says why.
   * - `cancelled`: the operator stopped it.
   * - `interrupted`: the node is going away (spot interruption, deadline, shutdown).
   */
  readonly state: 'preparing' | 'running' | 'completed' | 'failed' | 'cancelled' | 'interrupted';
  readonly startedAt: string;
  readonly updatedAt: string;
  /** Description of the measurement in progress. */
  readonly running?: string;
  readonly measurements: {
    /** Of this pair's share; unfinished searches count with their maximum number of trials. */
    readonly total: number;
    readonly completed: number;
    readonly failed: number;
  };
  /** Estimated at `updatedAt`; absent before the first measurement. */
  readonly secondsLeft?: number;
  /** Number of times that the runner was started for this run on its node; more than 1 means that it was resumed. */
  readonly starts: number;
  readonly message?: string;
}
