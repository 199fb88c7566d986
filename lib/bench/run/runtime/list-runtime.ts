import type { LocalRuntime } from '../../model/plan.ts';
import { listDocker, type ContainerSources } from './list-docker.ts';
import { listVenv } from './list-venv.ts';
import type { RuntimeEntry, RuntimeModels } from './runtime-entry.ts';

/** What a runtime can run on this machine. */
export interface RuntimeList {
  readonly entries: readonly RuntimeEntry[];
  /** What all of them serve, where the runtime has models of its own. */
  readonly models?: RuntimeModels;
}

/**
 * What a runtime can run on this machine; undefined for the simulated server, which runs every serving everywhere.
 *
 * @param sources asked for only where containers run
 * @throws BenchError where that cannot be found out.
 */
export const listRuntime = async (
  runtime: LocalRuntime,
  sources: () => Promise<ContainerSources>,
  signal: AbortSignal,
): Promise<RuntimeList | undefined> => {
  switch (runtime) {
    case 'simulated':
      return undefined;
    case 'venv':
      return { entries: await listVenv(signal) };
    case 'docker':
      return listDocker(await sources(), signal);
    default:
      return runtime satisfies never;
  }
};
