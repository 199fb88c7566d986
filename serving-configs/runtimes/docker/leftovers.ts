import { hostname } from 'node:os';
import { isAlive } from '../../models/built-folder.ts';
import { docker, QUERY_TIMEOUT_MS } from './docker.ts';

const LAUNCHER = 'serving-compare.launcher';

/** Labels that name the process that starts a container, so that the container can be found when this process is gone. */
export const launcherLabels = (): Readonly<Record<string, string>> => ({
  [LAUNCHER]: `${hostname()}/${process.pid}`,
});

/**
 * Removes the containers of killed processes on this machine, with their volumes, and those of this process that nothing uses.
 *
 * @param isUnused tells it by the name of a container of this process
 * @throws DockerProblem if Docker does not answer; the reason of the signal if it is aborted.
 */
export const removeLeftovers = async (
  isUnused: (name: string) => boolean,
  signal?: AbortSignal,
): Promise<void> => {
  const what = 'cannot remove the containers of earlier runs';
  const limits = { what, timeoutMs: QUERY_TIMEOUT_MS, signal };
  const format = `{{.ID}} {{.Names}} {{.Label "${LAUNCHER}"}}`;
  const list = await docker(
    ['ps', '--all', '--filter', `label=${LAUNCHER}`, '--format', format],
    limits,
  );
  const leftovers = list.split('\n').flatMap((line) => {
    const [id = '', name = '', launcher = ''] = line.split(' ');
    const [host, pid] = launcher.split('/');
    const isOver = Number(pid) === process.pid ? isUnused(name) : !isAlive(Number(pid));
    return host === hostname() && isOver ? [id] : [];
  });
  if (leftovers.length > 0) await docker(['rm', '--force', '--volumes', ...leftovers], limits);
};
