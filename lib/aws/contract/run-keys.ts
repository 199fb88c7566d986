import type { NodeRole } from './tags.ts';

const RUNS = 'runs/';
const runPrefix = (runId: string): string => `${RUNS}${runId}/`;
const pairPrefix = (runId: string, pair: number): string => `${runPrefix(runId)}pair-${pair}/`;

/** The keys of the results bucket. Each pair of a run has its own prefix, so no two nodes write the same object. */
export const runKeys = {
  /** Prefix of all runs. */
  runs: RUNS,
  /** Prefix of one run. */
  run: runPrefix,
  /** The operator's request; absent if a run was started without the command line tool. */
  request: (runId: string): string => `${runPrefix(runId)}request.json`,
  /** Prefix of a user's model, with its requests and their correct answers. The operator writes it for all nodes. */
  model: (runId: string): string => `${runPrefix(runId)}model/`,
  /** Prefix of everything that one pair wrote: its run folder and logs. */
  pair: pairPrefix,
  plan: (runId: string, pair: number): string => `${pairPrefix(runId, pair)}plan.json`,
  /** All finished records, uploaded again after each measurement. */
  results: (runId: string, pair: number): string => `${pairPrefix(runId, pair)}results.jsonl`,
  /** How far the pair is. */
  status: (runId: string, pair: number): string => `${pairPrefix(runId, pair)}status.json`,
  /** Prefix of the logs of a node, which the document `CollectLogs` uploads. */
  logs: (runId: string, pair: number, role: NodeRole): string =>
    `${pairPrefix(runId, pair)}logs/${role}/`,
} as const;

/** Letters, digits and hyphens, so that an id is valid as an object key, a systemd instance name and a folder. */
export const RUN_ID_PATTERN = '^[a-z0-9](?:[a-z0-9-]{0,47}[a-z0-9])?$';
