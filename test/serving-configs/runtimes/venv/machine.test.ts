import { findPython } from '../../../../serving-configs/runtimes/venv/find-python.ts';
import {
  missingTools,
  reasonAgainstMachine,
} from '../../../../serving-configs/runtimes/venv/machine-tools.ts';
import { describeServing } from '../../../../serving-configs/runtimes/venv/describe-serving.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

describe('the machine', () => {
  it('must have the system and architecture for which the packages are pinned', () => {
    expect(reasonAgainstMachine({ platform: 'linux', arch: 'x64' })).toBeUndefined();
    expect(reasonAgainstMachine({ platform: 'darwin', arch: 'arm64' })).toMatch(/darwin.* arm64/);
  });

  it('is reported with the package of a missing tool', async () => {
    const bare = { PATH: '/nowhere' };

    expect(await missingTools(['java', 'c++'], bare)).toEqual([
      { tool: 'java', remedy: 'apt-get install -y openjdk-17-jre-headless' },
      { tool: 'c++', remedy: 'apt-get install -y g++' },
    ]);
    await expect(findPython(bare)).rejects.toMatchObject({
      name: 'UsageError',
      hint: 'apt-get install -y python3.11 python3.11-venv libpython3.11',
    });
  });
});

describe('a serving from packages', () => {
  it('is not installed without its packages, and names the command that installs them', async () => {
    expect(await describeServing('flask', newFolder(), 'built')).toMatchObject({
      state: 'not-installed',
      setupCommand: 'npx serving-compare setup',
      platform: expect.stringMatching(/^Flask \d/),
      real: true,
    });
  });

  it('is impossible if it can never run from them, and says why', async () => {
    expect(await describeServing('triton_tensorrt', newFolder(), 'built')).toEqual({
      serving: 'triton_tensorrt',
      state: 'impossible',
      reason: expect.stringContaining('NVIDIA GPU') as string,
    });
  });
});
