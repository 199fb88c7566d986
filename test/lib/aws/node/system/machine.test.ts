import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCpuState } from '../../../../../lib/aws/node/system/machine.ts';
import { newFolder } from '../../../../support/temporary-folder.ts';

describe('the state of the processor', () => {
  it('is governor and SMT, as Linux tells them', async () => {
    const root = newFolder();
    mkdirSync(join(root, 'cpu0/cpufreq'), { recursive: true });
    mkdirSync(join(root, 'smt'));
    writeFileSync(join(root, 'cpu0/cpufreq/scaling_governor'), 'schedutil\n');
    writeFileSync(join(root, 'smt/active'), '1\n');

    expect(await readCpuState(root)).toEqual({ cpuGovernor: 'schedutil', smt: true });
    writeFileSync(join(root, 'smt/active'), '0\n');
    expect(await readCpuState(root)).toMatchObject({ smt: false });
  });

  it('is empty if the system has no such files', async () => {
    expect(await readCpuState(newFolder())).toEqual({});
  });

  it('of this machine has a governor only if the machine has one', async () => {
    const file = '/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor';

    expect((await readCpuState()).cpuGovernor !== undefined).toBe(existsSync(file));
  });
});
