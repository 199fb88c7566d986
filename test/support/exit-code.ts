import { oracleGate } from '../../lib/bench/analysis/gates/oracle.ts';
import { readRunFolder } from '../../lib/bench/results/run-folder.ts';

/**
 * The exit code of a local run with which all else is well: 1 where this machine, being busy with other tests, did not
 * measure the known latency right. Throws where that was not measured exactly once.
 */
export const exitCodeByOracle = async (folder: string): Promise<0 | 1> => {
  const { records } = await readRunFolder(folder);
  const checks = records.filter((record) => record.kind === 'oracle');
  if (checks.length !== 1) throw new Error(`${checks.length} measurements of a known latency`);
  return oracleGate(checks).state === 'passed' ? 0 : 1;
};
