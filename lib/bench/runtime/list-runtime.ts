import type { LocalRuntime } from '../plan/plan.ts';
import { listDocker, type ContainerSources } from './list-docker.ts';
import { listVenv } from './list-venv.ts';
import type { RuntimeEntry } from './runtime-entry.ts';

/**
 * What a runtime can run on this machine; undefined for the reference serving, which runs every serving everywhere.
 *
 * @param sources asked for only where containers run
 * @throws BenchError where that cannot be found out.
 */
export const listRuntime = async (
  runtime: LocalRuntime,
  sources: () => Promise<ContainerSources>,
  signal: AbortSignal,
): Promise<readonly RuntimeEntry[] | undefined> => {
  switch (runtime) {
    case 'reference':
      return undefined;
    case 'venv':
      return listVenv(signal);
    case 'docker':
      return listDocker(await sources());
    default:
      return runtime satisfies never;
  }
};
