import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { TYPESCRIPT_LOADER } from '../../../lib/bench/run/child.ts';

import { startEmulator } from '../support/emulator.ts';
import { clientsOf } from './clients.ts';
import { isAlive, isGone } from './process-state.ts';
import { runInstance, untilOnline } from './run-instance.ts';
import { eventually } from './waiting.ts';

jest.setTimeout(60_000);

/** What an emulator could leave on the host: processes, control groups, folders. */
const tracesOf = (pid: number): string[] => {
  const groups = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, , type]) => type === 'cgroup2')
    .map(([, folder = '']) => join(folder, `aws-emulator-${pid}`));
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/cgroup`, 'utf8').includes(`aws-emulator-${pid}`);
      } catch {
        return false;
      }
    });
  return [...groups.filter((folder) => existsSync(folder)), ...processes];
};

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'nothing is left on the host after %s, not even while machines run',
  async (signal) => {
    const second = await startEmulator({ machines: true });
    const id = await runInstance(clientsOf(second).ec2);
    await untilOnline(second, id);
    const pid = (await second.machines())[0]?.pid ?? null;
    expect(isAlive(pid)).toBe(true);
    expect(tracesOf(second.pid).length).toBeGreaterThan(3);
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain('aws-emulator');
    process.kill(second.pid, signal);
    await eventually(
      () => Promise.resolve(tracesOf(second.pid)),
      (traces) => traces.length === 0,
    );
    await isGone(pid);
    await second.stop();
  },
);

test('an emulator ends with the process that started it', async () => {
  const code = `
    import { startEmulator } from './test/aws/support/emulator.ts';
    const emulator = await startEmulator({ machines: true });
    console.log(emulator.pid);
    process.kill(process.pid, 'SIGKILL');
  `;
  const child = spawn(process.execPath, [...TYPESCRIPT_LOADER, '--input-type=module', '-e', code], {
    cwd: join(import.meta.dirname, '../../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [text] = (await once(child.stdout, 'data')) as [Buffer];
  const pid = Number(String(text));
  const left = await eventually(
    () => Promise.resolve([...tracesOf(pid), ...(isAlive(pid) ? ['alive'] : [])]),
    (traces) => traces.length === 0,
  );
  expect(left).toEqual([]);
});
