import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { TYPESCRIPT_LOADER } from '../../../../lib/bench/run/child.ts';
import { manifestOf } from '../../../../serving-configs/index.ts';
import { useTemporaryFolders } from '../../../support/temporary-folder.ts';

const ROOT = path.resolve(import.meta.dirname, '../../../..');
const temporaryFolder = useTemporaryFolders();
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** Starts what the unit starts. */
const serve = (env: Readonly<Record<string, string>>): ChildProcess => {
  const child = spawn(
    process.execPath,
    [...TYPESCRIPT_LOADER, 'serving-configs/runtimes/node/serve.ts'],
    {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], SC_RUNTIME: 'simulated', ...env },
    },
  );
  children.push(child);
  return child;
};

const stderrOf = async (child: ChildProcess): Promise<string> => {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  await once(child, 'close');
  return text;
};

/** An address of the loopback network that no other test uses. */
const ADDRESS = '127.0.84.1';

describe('what the unit of the serving starts', () => {
  it('is the simulated server on the address of the node, until SIGTERM', async () => {
    const child = serve({ SERVING: 'tfserving', ENGINE: 'noop', SC_ADDRESS: ADDRESS });
    if (child.stdout === null) throw new Error('no stdout');
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const { rest, health } = manifestOf('tfserving');
    const url = `http://${ADDRESS}:${rest.port}`;

    expect(JSON.parse(line)).toMatchObject({
      url,
      serving: 'tfserving',
      engine: 'noop',
      pid: child.pid,
    });
    expect((await fetch(url + health.path)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([0, null]);
  });

  it('is nothing where the bootstrap has prepared no containers, and no docker is asked', async () => {
    const bin = path.join(temporaryFolder(), 'bin');
    mkdirSync(bin);
    writeFileSync(path.join(bin, 'docker'), '#!/bin/sh\necho "$*" >>"$0.calls"\n');
    chmodSync(path.join(bin, 'docker'), 0o755);
    const child = serve({
      PATH: `${bin}:${process.env['PATH']}`,
      SERVING: 'tfserving',
      ENGINE: 'onnx',
      SC_RUNTIME: 'container',
      SC_ADDRESS: ADDRESS,
    });

    expect(await stderrOf(child)).toMatch(
      /^error: the bootstrap of this node has prepared no containers: .*servings\.json cannot be read\nhint: /,
    );
    expect(child.exitCode).toBe(2);
    expect(() => readFileSync(path.join(bin, 'docker.calls'))).toThrow('ENOENT');
  });
});
