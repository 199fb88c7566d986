import { execFile } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { withTimeLimit } from '../../serving-configs/time-limit.ts';
import { listenTcp } from '../support/tcp-server.ts';

const root = path.resolve(import.meta.dirname, '../..');
const urlOf = (file: string): string => pathToFileURL(path.join(root, file)).href;

/** Runs a script that collects garbage all the time, and returns what it prints. */
const runCollecting = async (script: string): Promise<string> => {
  const collect = 'setInterval(() => globalThis.gc(), 10).unref();';
  const loader = ['--import', urlOf('bin/typescript.js')];
  const args = ['--expose-gc', ...loader, '--input-type=module', '--eval', collect + script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 60_000 });
  return stdout;
};

const silentServer = () => listenTcp((socket) => void socket.resume());

describe('A time limit', () => {
  it('ends a request that a server never answers, even if garbage is collected meanwhile', async () => {
    const { url } = await silentServer();

    const printed = await runCollecting(`
      const { withTimeLimit } = await import('${urlOf('serving-configs/time-limit.ts')}');
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
      const { post } = await import('${urlOf('lib/bench/run/middleware-requests.ts')}');
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
