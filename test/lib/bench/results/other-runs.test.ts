import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { announceRun } from '../../../../lib/bench/results/other-runs.ts';
import { runFilesIn } from '../../../../lib/bench/results/run-folder.ts';
import { lockRunFolder, otherHolderOf } from '../../../../lib/bench/results/run-lock.ts';
import { TYPESCRIPT_LOADER } from '../../../../lib/bench/run/child-process.ts';
import { readUntil } from '../../../support/read-until.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

const HOLD_LOCK = join(import.meta.dirname, '../../../support/hold-lock.ts');

describe('The runs on a machine', () => {
  it('are known to later runs until their process ends, whatever their folders', async () => {
    const [registry, folder] = [newFolder(), join(newFolder(), 'run')];
    await mkdir(folder);
    const { lock } = runFilesIn(folder);
    const holder = spawn(process.execPath, [...TYPESCRIPT_LOADER, HOLD_LOCK, lock]);
    await readUntil(
      () => otherHolderOf(lock),
      (pid) => pid !== undefined,
      120_000,
    );
    // Its runner would have announced it.
    expect((await announceRun(folder, registry)).others).toEqual([]);

    const second = await announceRun(newFolder(), registry);
    await second.leave();
    holder.kill('SIGKILL');
    await once(holder, 'close');
    const third = await announceRun(newFolder(), registry);

    expect(second.others).toEqual([{ folder, pid: holder.pid }]);
    expect(third.others).toEqual([]);
    await third.leave();
    expect(await readdir(registry)).toEqual([]);
  });

  it('are not those of the same process', async () => {
    const registry = newFolder();
    const folder = newFolder();
    const release = await lockRunFolder(runFilesIn(folder).lock);
    await announceRun(folder, registry);

    expect((await announceRun(newFolder(), registry)).others).toEqual([]);
    await release();
  });

  it('are unknown if the registry cannot be written', async () => {
    const { others, leave } = await announceRun(newFolder(), '/dev/null/runs');

    expect(others).toEqual([]);
    await expect(leave()).resolves.toBeUndefined();
  });
});
