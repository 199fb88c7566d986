import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { calibrationCheck } from '../../lib/bench/analysis/checks/calibration.ts';
import { checksSupport } from '../../lib/bench/analysis/checks/check.ts';
import { groupBy } from '../../lib/bench/analysis/group-by.ts';
import type { Summary } from '../../lib/bench/analysis/summary.ts';
import { targetId } from '../../lib/bench/model/measurement.ts';
import { readRunFolder } from '../../lib/bench/results/run-folder.ts';

/**
 * The expected exit code of a local run without other problems. It is 1 if no calibration was right, or a target has no row that passes its
 * checks: both may happen while the machine is busy with other tests.
 *
 * @throws Error if there is no calibration
 */
export const exitCodeByChecks = async (folder: string): Promise<0 | 1> => {
  const { records } = await readRunFolder(folder);
  if (!records.some(({ kind }) => kind === 'calibration')) throw new Error('no calibration');
  const { rows, stability } = JSON.parse(
    await readFile(join(folder, 'summary.json'), 'utf8'),
  ) as Summary;
  const measured = rows.filter(({ engine, repeats }) => engine !== 'noop' && repeats > 0);
  const byTarget = [...groupBy(measured, ({ target }) => targetId(target)).values()];
  // Verdicts on stability do not depend on the rows.
  const hasUnusableTarget =
    stability === undefined && byTarget.some((rowsOf) => !rowsOf.some((row) => checksSupport(row)));
  return calibrationCheck(records).state === 'passed' && !hasUnusableTarget ? 0 : 1;
};
