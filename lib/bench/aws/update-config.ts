import { readFile } from 'node:fs/promises';
import { BenchError, messageOf, systemCodeOf } from '../model/errors.ts';
import { writeAtomically } from '../results/write-atomically.ts';

type Said = Readonly<Record<string, unknown>>;

const readSaid = async (file: string): Promise<Said> => {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Said;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return {};
    throw error;
  }
};

/**
 * Changes what the configuration file says, and leaves everything else in it as it is. Makes the file where there is none.
 *
 * @throws BenchError where it cannot be written.
 */
export const updateConfigFile = async (
  file: string,
  change: (said: Said) => Said,
): Promise<void> => {
  try {
    await writeAtomically(file, `${JSON.stringify(change(await readSaid(file)), null, 2)}\n`);
  } catch (error) {
    throw new BenchError('BENCH_CONFIG', `${file} cannot be changed: ${messageOf(error)}`, {
      hint: 'make it writable, or name another with --config FILE',
      cause: error,
    });
  }
};
