import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { awaitInstances, readBatches } from '../../../serving-configs/runtimes/batch-counts.ts';
import { newFolder } from '../../support/temporary-folder.ts';

/** What a process writes that has computed a number of inputs, one by one. */
const count = (folder: string, pid: number, inputs: number): void =>
  writeFileSync(path.join(folder, String(pid)), BigInt64Array.of(BigInt(inputs), BigInt(inputs)));

describe('the counts of the processes of our applications', () => {
  it('are added up', async () => {
    const folder = newFolder();
    count(folder, 7, 2);
    count(folder, 8, 3);

    expect(await readBatches(folder)).toEqual({ pids: [7, 8], computations: 5, inputs: 5 });
  });

  it('tell when the last instance has loaded the model', async () => {
    const folder = newFolder();
    count(folder, 7, 1);
    const waiting = awaitInstances(folder, 2, AbortSignal.timeout(60_000));
    count(folder, 8, 1);

    expect(await waiting).toBe(true);
  });

  it('tell how many instances have loaded it when the time is over', async () => {
    const folder = newFolder();
    count(folder, 7, 1);

    expect(await awaitInstances(folder, 2, AbortSignal.timeout(100))).toBe(
      '1 of 2 instances have loaded the model',
    );
  });
});
