import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path, { join } from 'node:path';
import { lockRunFolder, writerOf } from '../../../../lib/bench/results/run-lock.ts';
import { TYPESCRIPT_LOADER } from '../../../../lib/bench/run/child-process.ts';
import { readUntil } from '../../../support/read-until.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

const newLock = (): string => join(newFolder(), 'lock');

const HOLD_LOCK = join(import.meta.dirname, '../../../support/hold-lock.ts');

/** Larger than any PID on Linux. */
const NO_PID = 2 ** 22 + 1;

type LockContent = Readonly<Record<string, unknown>>;

const contentOf = async (file: string): Promise<LockContent> =>
  JSON.parse(await readFile(file, 'utf8')) as LockContent;

/** Takes a lock and leaves it behind with changed content. */
const leaveLock = async (change: LockContent): Promise<string> => {
  const file = newLock();
  await lockRunFolder(file);
  await writeFile(file, JSON.stringify({ ...(await contentOf(file)), ...change }));
  return file;
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
    expect(await readdir(path.dirname(file))).toEqual([]);
  });

  it('is released without an error, which would hide an earlier one, if its folder is gone or unchangeable', async () => {
    const folder = join(newFolder(), 'run');
    await mkdir(folder);
    const release = await lockRunFolder(join(folder, 'lock'));
    await rename(folder, `${folder}-moved`);
    await writeFile(folder, '');

    await expect(release()).resolves.toBeUndefined();
  });

  it('is refused with a remedy if the folder cannot be written', async () => {
    await expect(lockRunFolder('/dev/null/lock')).rejects.toMatchObject({
      code: 'BENCH_FOLDER',
      hint: expect.any(String) as string,
    });
  });

  it('is taken over from a process that is gone', async () => {
    const file = await leaveLock({ pid: NO_PID });
    await lockRunFolder(file);

    expect(await contentOf(file)).toMatchObject({ pid: process.pid });
    expect(await readdir(path.dirname(file))).toEqual(['lock']);
  });

  it('is taken over if its process id now belongs to another process', async () => {
    const file = await leaveLock({ startTicks: '1' });
    await lockRunFolder(file);

    expect((await contentOf(file))['startTicks']).not.toBe('1');
  });

  it('is taken over from a killed process whose parent does not reap it', async () => {
    const file = newLock();
    const hold = [process.execPath, ...TYPESCRIPT_LOADER, HOLD_LOCK, file];
    // The shell starts the holder and becomes a program that knows nothing of it.
    const parent = spawn('sh', [
      '-c',
      '"$@" & exec "$1" -e "setInterval(() => {}, 60_000)"',
      'sh',
      ...hold,
    ]);
    try {
      await readUntil(() => existsSync(file), Boolean, 60_000);
      const pid = Number((await contentOf(file))['pid']);
      expect(await writerOf([file])).toBe('another-process');
      process.kill(pid, 'SIGKILL');
      const stateLine = () => readFile(`/proc/${pid}/status`, 'utf8');
      await readUntil(stateLine, (status) => /^State:\s+Z/m.test(status), 60_000);

      expect(await writerOf([file])).toBe('none');
      await lockRunFolder(file);
      expect(await contentOf(file)).toMatchObject({ pid: process.pid });
    } finally {
      parent.kill('SIGKILL');
      await once(parent, 'exit');
    }
  });

  it.each([{ host: 'another-host' }, { pidNamespace: 'pid:[1]' }])(
    'is refused if its PID says nothing here: %j',
    async (scope) => {
      const file = await leaveLock({ pid: NO_PID, ...scope });

      expect(await writerOf([file])).toBe('another-process');
      await expect(lockRunFolder(file)).rejects.toMatchObject({
        code: 'BENCH_LOCKED',
        message: expect.stringContaining(file) as string,
        hint: expect.any(String) as string,
      });
    },
  );

  it.each(['', 'null', '{}'])('is taken over if it holds %j', async (content) => {
    const file = newLock();
    await writeFile(file, content);

    await expect(lockRunFolder(file)).resolves.toBeDefined();
  });
});
