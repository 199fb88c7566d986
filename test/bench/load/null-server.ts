import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A server that costs less than the load generators. */
export interface NullServer {
  readonly url: string;
  readonly pid: number;
  readonly stop: () => void;
}

/**
 * Compiles null-server.go and starts it.
 *
 * @throws Error with a hint if there is no Go
 */
export const startNullServer = async (): Promise<NullServer> => {
  const folder = mkdtempSync(join(tmpdir(), 'null-server-'));
  const program = join(folder, 'null-server');
  const source = join(import.meta.dirname, 'null-server.go');
  const { error, status } = spawnSync('go', ['build', '-o', program, source], { stdio: 'inherit' });
  if (error !== undefined || status !== 0) {
    rmSync(folder, { recursive: true });
    throw new Error(
      'The null server could not be compiled: put Go on the PATH, or name another server by --url URL.',
    );
  }
  const child = spawn(program, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
  return {
    url,
    pid: child.pid ?? 0,
    stop: () => {
      child.kill();
      rmSync(folder, { recursive: true });
    },
  };
};
