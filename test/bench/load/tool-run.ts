/** What one tool did in one run; undefined where it does not tell. */
export interface ToolRun {
  readonly ratePerSecond: number;
  /** CPU time of the tool's process for one correct answer. */
  readonly cpuMsPerRequest: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** What every tool gets: the same server, body and number of connections. */
export interface ToolJob {
  readonly url: string;
  readonly image: string;
  readonly connections: number;
  readonly seconds: number;
}
