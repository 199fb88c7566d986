/** How far one pair is with its share of a run; `status.json` of its run folder, and so of the results bucket. */
export interface RunStatus {
  readonly schema: 1;
  readonly runId: string;
  readonly pair: number;
  /**
   * - `preparing`: before the first measurement.
   * - `completed`: every measurement of the share has a record and all of them are in the bucket.
   * - `failed`: the runner could not go on; `message` says why.
   * - `cancelled`: ended by the operator.
   * - `interrupted`: the node is going away (spot interruption, deadline, shutdown).
   */
  readonly state: 'preparing' | 'running' | 'completed' | 'failed' | 'cancelled' | 'interrupted';
  readonly startedAt: string;
  readonly updatedAt: string;
  /** What is measured now, in words. */
  readonly running?: string;
  readonly measurements: {
    /** Of this pair's share; while searches go on, with the most trials that they may take. */
    readonly total: number;
    readonly completed: number;
    readonly failed: number;
  };
  /** Until this pair is done, as estimated at `updatedAt`; absent before the first measurement. */
  readonly secondsLeft?: number;
  /** How often the runner was started for this run on its node; more than 1 means that it was resumed. */
  readonly starts: number;
  readonly message?: string;
}
