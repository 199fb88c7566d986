import { LOOPBACK } from '../ports.ts';
import { platformFolderOf } from '../platform-folder.ts';
import { PORT, writeStartScript } from '../start-script.ts';
import { dockerArguments } from './docker-arguments.ts';
import { writeMounts } from './mounted-models.ts';
import type { ContainerOptions } from './start-container.ts';

/**
 * Writes the configuration of a serving into a folder, with a script `start.sh` that starts its container on its own ports. A built model
 * and the weights of a given one are mounted from where they lie.
 * @param folder - An absolute path. What the folder contains may be removed.
 * @param comment - Lines at the top of the script.
 * @throws UsageError for a problem that the user can fix.
 */
export const writeContainer = async (
  options: Omit<ContainerOptions, 'ports'>,
  folder: string,
  comment: readonly string[],
): Promise<void> => {
  const mounted = await writeMounts(options, platformFolderOf(options.serving), folder);
  const { port } = mounted.manifest.rest;
  const args = dockerArguments(mounted.manifest, {
    ...options,
    ...mounted,
    published: { address: LOOPBACK, hostPorts: new Map([[port, PORT]]) },
    name: `tuned-${options.serving.replaceAll('_', '-')}`,
  });
  await writeStartScript(folder, { comment, command: ['docker', ...args], port });
};
