import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { calibrationCheck } from '../../lib/bench/analysis/checks/calibration.ts';
import type { Summary } from '../../lib/bench/analysis/summary.ts';
import { readRunFolder } from '../../lib/bench/results/run-folder.ts';

/**
 * The exit code of a local run with which all else is well: 1 where this machine, being busy with other tests, did not
 * measure the known latency right, or left no row of a path that passes the checks, as windows of a fraction of a second
 * then may. Throws where the known latency was not measured exactly once.
 */
export const exitCodeByChecks = async (folder: string): Promise<0 | 1> => {
  const { records } = await readRunFolder(folder);
  const checks = records.filter((record) => record.kind === 'calibration');
  if (checks.length !== 1) throw new Error(`${checks.length} measurements of a known latency`);
  const { validity } = JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8')) as Summary;
  const hasFallenTarget = validity?.reasons.some((reason) =>
    reason.includes('the checks (failed: '),
  );
  return calibrationCheck(checks).state === 'passed' && hasFallenTarget !== true ? 0 : 1;
};
