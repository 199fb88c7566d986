import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createInterface } from 'node:readline';
import { TYPESCRIPT_LOADER } from '../../../../lib/bench/run/child.ts';
import { runScript } from '../../../support/run-script.ts';
import { useTemporaryFolders } from '../../../support/temporary-folder.ts';

jest.setTimeout(120_000);

const SERVER = resolve(import.meta.dirname, '../../../../serving-configs/reference/main.ts');
const temporaryFolder = useTemporaryFolders();

/** An empty home folder, without the variables by which the runtime knows automated tests. */
const envOf = (home: string) => ({ PATH: process.env.PATH, HOME: home });

/** Where the runtime leaves the identifier of the machine, and what it did not send yet. */
const traces = (home: string): boolean =>
  existsSync(join(home, '.cache')) || existsSync(join(home, '.local'));

describe('the runtime that computes', () => {
  it('leaves nothing in the home folder of the user who runs a serving', async () => {
    const home = temporaryFolder();
    const child = spawn(
      process.execPath,
      [...TYPESCRIPT_LOADER, SERVER, '--serving=torchserve', '--port=0'],
      { env: envOf(home), stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const { url } = JSON.parse(line) as { readonly url: string };
    while ((await fetch(`${url}/ping`)).status !== 200) await sleep(50);

    child.kill('SIGTERM');
    await once(child, 'close');

    expect(traces(home)).toBe(false);
  });

  it('leaves nothing in the home folder of the user who computes correct answers', async () => {
    const home = temporaryFolder();
    const targets = '--targets=[{"serving":"torchserve","payload":"tensor"}]';
    const args = ['--images=k6/images', targets];
    const { code } = await runScript('serving-configs/reference/direct.ts', args, envOf(home));

    expect(code).toBe(0);
    expect(traces(home)).toBe(false);
  });
});
