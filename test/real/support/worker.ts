import { readFile } from 'node:fs/promises';
import type { StartedServing } from '../../conformance/started-serving.ts';

/**
 * The PID of the process that computes: the youngest whose command line matches. Excludes the guard and its starter,
 * whose command lines contain that of the platform.
 */
export const workerOf = async (real: StartedServing, pattern: RegExp): Promise<number> => {
  const matching = [...(await real.processes())].filter(
    ([, command]) => pattern.test(command) && !/guard\.(?:py|sh)|serving-program\.ts/.test(command),
  );
  const youngest = Math.max(...matching.map(([pid]) => pid));
  if (!Number.isFinite(youngest)) throw new Error(`${real.serving} has no process ${pattern}`);
  return youngest;
};

/** Counts the processes of a platform that have loaded ONNX Runtime. */
export const countEngines = async (real: StartedServing): Promise<number> => {
  const ids = [...(await real.processes()).keys()];
  const maps = await Promise.all(
    ids.map((id) => readFile(`/proc/${id}/maps`, 'latin1').catch(() => '')),
  );
  return maps.filter((libraries) => libraries.includes('/onnxruntime_pybind11_state')).length;
};
