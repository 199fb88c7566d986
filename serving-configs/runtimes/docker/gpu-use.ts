import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { UsageError } from '../../options/usage-error.ts';
import { docker, QUERY_TIMEOUT_MS } from './docker.ts';

const numbersIn = (text: string): readonly number[] => (text.match(/\d+/g) ?? []).map(Number);

/**
 * Asserts that a container computes on the GPU, which means that the driver lists one of its processes. A server that fell
 * back to the CPU would be measured as a slow GPU.
 *
 * @param name - Name of a container whose model has answered already.
 * @throws UsageError if it does not, or if nvidia-smi fails.
 */
export const assertGpuUse = async (name: string): Promise<void> => {
  const query = ['--query-compute-apps=pid', '--format=csv,noheader'];
  const limits = { what: `cannot list the processes of ${name}`, timeoutMs: QUERY_TIMEOUT_MS };
  const [inContainer, onGpu] = await Promise.all([
    docker(['top', name, '-eo', 'pid'], limits),
    promisify(execFile)('nvidia-smi', query, { timeout: QUERY_TIMEOUT_MS, env: process.env }).then(
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
  const gpuPids = new Set(numbersIn(onGpu));
  if (numbersIn(inContainer).some((pid) => gpuPids.has(pid))) return;
  throw new UsageError(
    `${name} answers, but none of its processes is on the GPU: it computes on the CPU and would look like a slow GPU`,
    'check that the driver is new enough for the image (nvidia-smi shows both versions), or leave this serving out of --servings',
  );
};
