import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createInterface } from 'node:readline';
import { TYPESCRIPT_LOADER } from '../../../../lib/bench/run/child-process.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import { emptyHome, telemetryIn } from '../telemetry.ts';

const SERVER = path.resolve(import.meta.dirname, '../../../../serving-configs/reference/main.ts');

describe('the telemetry of ONNX Runtime', () => {
  it('leaves nothing in the home folder of the user who runs a simulated server', async () => {
    const home = newFolder();
    const child = spawn(
      process.execPath,
      [...TYPESCRIPT_LOADER, SERVER, '--serving=torchserve', '--port=0'],
      { env: emptyHome(home), stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const { url } = JSON.parse(line) as { readonly url: string };
    while ((await fetch(`${url}/ping`)).status !== 200) await sleep(50);

    child.kill('SIGTERM');
    await once(child, 'close');

    expect(telemetryIn(home)).toEqual([]);
  });
});
