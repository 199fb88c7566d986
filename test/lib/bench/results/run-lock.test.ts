import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lockRunFolder } from '../../../../lib/bench/results/run-lock.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

const newLock = (): string => join(newFolder(), 'lock');

const idOfEndedProcess = async (): Promise<number> => {
  const child = spawn(process.execPath, ['-e', '0']);
  await once(child, 'exit');
  return child.pid ?? 0;
};

describe('The lock of a run folder', () => {
  it('is refused while a live process holds it, and says which', async () => {
    const file = newLock();
    const release = await lockRunFolder(file);

    await expect(lockRunFolder(file)).rejects.toMatchObject({
      code: 'BENCH_LOCKED',
      message: expect.stringContaining(String(process.pid)) as string,
    });
    await release();
    expect(existsSync(file)).toBe(false);
  });

  it('is taken over from a process that is gone', async () => {
    const file = newLock();
    await writeFile(file, JSON.stringify({ pid: await idOfEndedProcess(), startTicks: '1' }));

    await lockRunFolder(file);

    expect(await readFile(file, 'utf8')).toContain(`"pid":${process.pid}`);
  });

  it('is taken over if its process id now belongs to another process', async () => {
    const file = newLock();
    await writeFile(file, JSON.stringify({ pid: process.pid, startTicks: '1' }));

    await lockRunFolder(file);

    expect(await readFile(file, 'utf8')).not.toContain('"startTicks":"1"');
  });

  it('is taken over if it cannot be read', async () => {
    const file = newLock();
    await writeFile(file, '');

    await expect(lockRunFolder(file)).resolves.toBeDefined();
  });
});
