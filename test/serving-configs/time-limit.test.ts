import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { TYPESCRIPT_LOADER } from '../../lib/bench/run/child-process.ts';
import { withTimeLimit } from '../../serving-configs/time-limit.ts';
import { listenTcp } from '../support/tcp-server.ts';
import { newFolder } from '../support/temporary-folder.ts';

const root = path.resolve(import.meta.dirname, '../..');
const pathOf = (file: string): string => JSON.stringify(path.join(root, file));

/** Runs a program that collects garbage all the time, and returns what it prints. */
const runCollecting = async (code: string): Promise<string> => {
  const program = path.join(newFolder(), 'program.mts');
  writeFileSync(program, `setInterval(() => globalThis.gc(), 10).unref();${code}`);
  const args = ['--expose-gc', ...TYPESCRIPT_LOADER, program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 60_000 });
  return stdout;
};

const silentServer = () => listenTcp((socket) => void socket.resume());

describe('A time limit', () => {
  it('ends a request that a server never answers, even if garbage is collected meanwhile', async () => {
    const { url } = await silentServer();

    const printed = await runCollecting(`
      const { withTimeLimit } = await import(${pathOf('serving-configs/time-limit.ts')});
      const { signal } = new AbortController();
      const ended = await withTimeLimit(500, signal, (limited) => fetch('${url}', { signal: limited }))
        .catch((error) => error.name);
      console.log(ended);
    `);

    expect(printed.trim()).toBe('TimeoutError');
  });

  it('ends a request to a middleware that never answers, even if garbage is collected meanwhile', async () => {
    const { url } = await silentServer();
    const file = path.join(root, 'package.json');

    const printed = await runCollecting(`
      const { post } = await import(${pathOf('lib/bench/run/middleware-requests.ts')});
      const answer = await post('${url}', '${file}', 500, new AbortController().signal);
      console.log(answer.ok);
    `);

    expect(printed.trim()).toBe('false');
  });

  it('passes on why it was aborted, before and during the work', async () => {
    const controller = new AbortController();
    const wait = (): Promise<unknown> =>
      withTimeLimit(
        60_000,
        controller.signal,
        (limited) =>
          new Promise((_, reject) => {
            if (limited.aborted) reject(limited.reason as Error);
            limited.addEventListener('abort', () => reject(limited.reason as Error));
          }),
      );
    const reason = new Error('stopped');
    const during = wait();
    controller.abort(reason);

    await expect(during).rejects.toBe(reason);
    await expect(wait()).rejects.toBe(reason);
  });
});
