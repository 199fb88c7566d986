import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { calibrationCheck } from '../../lib/bench/analysis/checks/calibration.ts';
import { checksSupport } from '../../lib/bench/analysis/checks/check.ts';
import { groupBy } from '../../lib/bench/analysis/group-by.ts';
import type { Summary } from '../../lib/bench/analysis/summary.ts';
import { targetId } from '../../lib/bench/model/measurement.ts';
import { readRunFolder } from '../../lib/bench/results/run-folder.ts';

/**
 * The exit code of a local run with which all else is well: 1 where this machine, being busy with other tests, did not
 * measure the known latency right, or left no row of a target that passes the checks, as windows of a fraction of a second
 * then may. Throws where the known latency was not measured exactly once.
 */
export const exitCodeByChecks = async (folder: string): Promise<0 | 1> => {
  const { records } = await readRunFolder(folder);
  const checks = records.filter((record) => record.kind === 'calibration');
  if (checks.length !== 1) throw new Error(`${checks.length} measurements of a known latency`);
  const { rows, stability } = JSON.parse(
    await readFile(join(folder, 'summary.json'), 'utf8'),
  ) as Summary;
  const measured = rows.filter(({ engine, repeats }) => engine !== 'noop' && repeats > 0);
  const byTarget = [...groupBy(measured, ({ target }) => targetId(target)).values()];
  // Verdicts on stability do not stand on the rows.
  const hasFallenTarget =
    stability === undefined && byTarget.some((own) => !own.some((row) => checksSupport(row)));
  return calibrationCheck(checks).state === 'passed' && !hasFallenTarget ? 0 : 1;
};
