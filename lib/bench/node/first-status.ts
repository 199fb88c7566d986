import { readFile } from 'node:fs/promises';
import type { RunStatus } from '../results/run-status.ts';
import type { NodeRun } from './node-run.ts';
import type { NodeSettings } from './node-settings.ts';
import { statusFileIn } from './status-writer.ts';

/** The status of a runner that begins, or begins again. */
export const firstStatus = async (
  { runId, folder }: NodeRun,
  node: NodeSettings,
): Promise<RunStatus> => {
  const now = new Date().toISOString();
  const before = await readFile(statusFileIn(folder), 'utf8').then(
    (text) => JSON.parse(text) as RunStatus,
    () => undefined,
  );
  return {
    schema: 1,
    runId,
    pair: node.pair,
    state: 'preparing',
    startedAt: before?.startedAt ?? now,
    updatedAt: now,
    measurements: before?.measurements ?? { total: 0, completed: 0, failed: 0 },
    starts: (before?.starts ?? 0) + 1,
  };
};
