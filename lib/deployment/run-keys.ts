import type { NodeRole } from './tags.ts';

/** Where things lie in the results bucket. One prefix a run, below it one a pair: no two nodes ever write one object. */
export const runKeys = {
  /** Everything of all runs. */
  runs: 'runs/',
  /** Everything of one run. */
  run: (runId: string): string => `runs/${runId}/`,
  /** What the operator asked for; absent where a run was started without the command line tool. */
  request: (runId: string): string => `runs/${runId}/request.json`,
  /** A user's model with its requests and the right answers to them, written by the operator; for all nodes. */
  model: (runId: string): string => `runs/${runId}/model/`,
  /** Everything that one pair wrote: its run folder, and logs. */
  pair: (runId: string, pair: number): string => `runs/${runId}/pair-${pair}/`,
  plan: (runId: string, pair: number): string => `runs/${runId}/pair-${pair}/plan.json`,
  /** All finished records, put again after each measurement. */
  results: (runId: string, pair: number): string => `runs/${runId}/pair-${pair}/results.jsonl`,
  /** How far the pair is; written again when that changes. */
  status: (runId: string, pair: number): string => `runs/${runId}/pair-${pair}/status.json`,
  /** Logs of a node, collected by a document. */
  logs: (runId: string, pair: number, role: NodeRole): string =>
    `runs/${runId}/pair-${pair}/logs/${role}/`,
} as const;

/** Letters, digits and hyphens, so that it is an object key, a systemd instance name and a folder. */
export const RUN_ID_PATTERN = '^[a-z0-9](?:[a-z0-9-]{0,47}[a-z0-9])?$';
