import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { UsageError } from '../../options/usage-error.ts';
import { docker } from './docker.ts';

const ASK_MS = 20_000;

const numbersIn = (text: string): readonly number[] => (text.match(/\d+/g) ?? []).map(Number);

/**
 * Makes sure that a container computes on the GPU: that a process of it is one of those that the driver counts. A server that
 * found no GPU and went on with the CPU would look like a slow one.
 *
 * @param name Of the container, whose model has answered.
 * @throws UsageError where it does not, or where that cannot be found out.
 */
export const assertGpuUse = async (name: string): Promise<void> => {
  const query = ['--query-compute-apps=pid', '--format=csv,noheader'];
  const [own, onGpu] = await Promise.all([
    docker(['top', name, '-eo', 'pid'], { what: `cannot list ${name}`, timeoutMs: ASK_MS }),
    promisify(execFile)('nvidia-smi', query, { timeout: ASK_MS, env: process.env }).then(
      ({ stdout }) => stdout,
      (error: unknown) => {
        throw new UsageError(
          `cannot find out whether ${name} computes on the GPU: ${String(error)}`,
          'nvidia-smi must run on this machine, as the user who runs this',
          { cause: error },
        );
      },
    ),
  ]);
  const users = new Set(numbersIn(onGpu));
  if (numbersIn(own).some((pid) => users.has(pid))) return;
  throw new UsageError(
    `${name} answers, but no process of it is on the GPU: it computes on the CPU, which would only look like a slow GPU`,
    'check that the driver is new enough for the image (nvidia-smi shows both versions), or leave it out: --servings names the others',
  );
};
