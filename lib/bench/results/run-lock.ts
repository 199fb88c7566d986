import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { BenchError, systemCodeOf } from '../errors.ts';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCodeOf(error) === 'EPERM';
  }
};

/**
 * Takes a run folder for this process; returns how to give it back. A lock whose process is gone is taken over.
 * @throws BenchError `BENCH_RUN_IN_USE` where another runner works in it.
 */
export const lockRunFolder = async (folder: string): Promise<() => Promise<void>> => {
  const file = path.join(folder, 'run.lock');
  const take = (): Promise<void> => writeFile(file, `${process.pid}\n`, { flag: 'wx' });
  try {
    await take();
  } catch (error) {
    if (systemCodeOf(error) !== 'EEXIST') throw error;
    const owner = Number(await readFile(file, 'utf8'));
    if (owner > 0 && owner !== process.pid && isAlive(owner)) {
      throw new BenchError('BENCH_RUN_IN_USE', `Process ${owner} is running ${folder}.`, {
        hint: `wait for it, or stop it with \`kill ${owner}\``,
        cause: error,
      });
    }
    await rm(file, { force: true });
    await take();
  }
  return () => rm(file, { force: true });
};
