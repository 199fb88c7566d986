import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createInterface } from 'node:readline';
import { TYPESCRIPT_LOADER } from '../../../../lib/bench/run/child.ts';
import { useTemporaryFolders } from '../../../support/temporary-folder.ts';

jest.setTimeout(120_000);

const ROOT = resolve(import.meta.dirname, '../../../..');
const temporaryFolder = useTemporaryFolders();

/** Runs a script with an empty home folder; without the variables by which the runtime knows automated tests. */
const start = (home: string, script: string, ...args: readonly string[]) => {
  const { PATH } = process.env;
  return spawn(
    process.execPath,
    [...TYPESCRIPT_LOADER, `serving-configs/reference/${script}`, ...args],
    {
      cwd: ROOT,
      env: { PATH, HOME: home },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
};

/** Where the runtime leaves the identifier of the machine, and what it did not send yet. */
const traces = (home: string): boolean =>
  existsSync(join(home, '.cache')) || existsSync(join(home, '.local'));

describe('the runtime that computes', () => {
  it('leaves nothing in the home folder of who runs a serving', async () => {
    const home = temporaryFolder();
    const child = start(home, 'main.ts', '--serving=torchserve', '--port=0');
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const { url } = JSON.parse(line) as { readonly url: string };
    while ((await fetch(`${url}/ping`)).status !== 200) await sleep(50);

    child.kill('SIGTERM');
    await once(child, 'close');

    expect(traces(home)).toBe(false);
  });

  it('leaves nothing in the home folder of who computes correct answers', async () => {
    const home = temporaryFolder();
    const child = start(
      home,
      'direct.ts',
      '--images=k6/images',
      '--targets=[{"serving":"torchserve","payload":"tensor"}]',
    );
    child.stdout.resume();

    expect(await once(child, 'close')).toEqual([0, null]);
    expect(traces(home)).toBe(false);
  });
});
