import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StartedServing } from './real-serving.ts';

/**
 * The process that computes: the youngest whose command line fits. The guard's own command line ends with that of the
 * platform, so it would fit too.
 */
const workerOf = async (real: StartedServing, pattern: RegExp): Promise<number> => {
  const fitting = [...(await real.processes())].filter(
    ([, command]) => pattern.test(command) && !/venv\/(?:guard\.py|main\.ts)/.test(command),
  );
  const youngest = Math.max(...fitting.map(([id]) => id));
  if (!Number.isFinite(youngest)) throw new Error(`${real.serving} has no process ${pattern}`);
  return youngest;
};

/** Does something while the process that computes stands still. */
export const whileFrozen = async <T>(
  real: StartedServing,
  pattern: RegExp,
  work: () => Promise<T>,
): Promise<T> => {
  const worker = await workerOf(real, pattern);
  process.kill(worker, 'SIGSTOP');
  try {
    return await work();
  } finally {
    process.kill(worker, 'SIGCONT');
  }
};

/** Kills the process that computes and waits until it is gone. */
export const killWorker = async (real: StartedServing, pattern: RegExp): Promise<void> => {
  const worker = await workerOf(real, pattern);
  process.kill(worker, 'SIGKILL');
  while ((await real.processes()).has(worker)) await sleep(20);
};

/** How many processes of a platform have loaded the engine that computes. */
export const countEngines = async (real: StartedServing): Promise<number> => {
  const ids = [...(await real.processes()).keys()];
  const maps = await Promise.all(
    ids.map((id) => readFile(`/proc/${id}/maps`, 'latin1').catch(() => '')),
  );
  return maps.filter((libraries) => libraries.includes('/onnxruntime_pybind11_state')).length;
};
