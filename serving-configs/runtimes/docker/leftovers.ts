import { hostname } from 'node:os';
import { isAlive } from '../../models/built-folder.ts';
import { docker } from './docker.ts';

const LAUNCHER = 'serving-compare.launcher';
const ASK_MS = 20_000;

/** Labels of a container that a process starts, by which another one finds it when that process is gone. */
export const launcherLabels = (): Readonly<Record<string, string>> => ({
  [LAUNCHER]: `${hostname()}/${process.pid}`,
});

/**
 * Removes containers whose launcher was killed on this machine, and those of this process, with their volumes.
 * @throws DockerProblem where Docker does not answer.
 */
export const removeLeftovers = async (): Promise<void> => {
  const what = 'cannot remove the containers of earlier runs';
  const limits = { what, timeoutMs: ASK_MS };
  const format = `{{.ID}} {{.Label "${LAUNCHER}"}}`;
  const listed = await docker(
    ['ps', '--all', '--filter', `label=${LAUNCHER}`, '--format', format],
    limits,
  );
  const left = listed.split('\n').flatMap((line) => {
    const [id = '', launcher = ''] = line.split(' ');
    const [host, pid] = launcher.split('/');
    const isLeft = host === hostname() && (Number(pid) === process.pid || !isAlive(Number(pid)));
    return isLeft ? [id] : [];
  });
  if (left.length > 0) await docker(['rm', '--force', '--volumes', ...left], limits);
};
