import { readFile } from 'node:fs/promises';
import type { StartedServing } from '../../conformance/started-serving.ts';

/**
 * The process that computes: the youngest whose command line fits. The guard's own command line ends with that of the
 * platform, so it would fit too.
 */
export const workerOf = async (real: StartedServing, pattern: RegExp): Promise<number> => {
  const fitting = [...(await real.processes())].filter(
    ([, command]) => pattern.test(command) && !/venv\/(?:guard\.py|main\.ts)/.test(command),
  );
  const youngest = Math.max(...fitting.map(([id]) => id));
  if (!Number.isFinite(youngest)) throw new Error(`${real.serving} has no process ${pattern}`);
  return youngest;
};

/** How many processes of a platform have loaded the engine that computes. */
export const countEngines = async (real: StartedServing): Promise<number> => {
  const ids = [...(await real.processes()).keys()];
  const maps = await Promise.all(
    ids.map((id) => readFile(`/proc/${id}/maps`, 'latin1').catch(() => '')),
  );
  return maps.filter((libraries) => libraries.includes('/onnxruntime_pybind11_state')).length;
};
