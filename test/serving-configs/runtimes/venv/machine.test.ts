import { findPython } from '../../../../serving-configs/runtimes/venv/find-python.ts';
import {
  missingTools,
  reasonAgainstMachine,
} from '../../../../serving-configs/runtimes/venv/machine-tools.ts';
import { describeServing } from '../../../../serving-configs/runtimes/venv/describe-serving.ts';
import { useTemporaryFolders } from '../../../support/temporary-folder.ts';

describe('the machine', () => {
  const temporaryFolder = useTemporaryFolders();

  it('must be the one that the packages are pinned for', () => {
    expect(reasonAgainstMachine({ platform: 'linux', arch: 'x64' })).toBeUndefined();
    expect(reasonAgainstMachine({ platform: 'darwin', arch: 'arm64' })).toBe(
      'the packages are pinned for Linux on x86-64, and this is darwin on arm64',
    );
  });

  it('is reported with the package of a missing tool', async () => {
    const bare = { PATH: '/nowhere' };

    expect(await missingTools(['java', 'c++'], bare)).toEqual([
      { tool: 'java', remedy: 'apt-get install -y openjdk-17-jre-headless' },
      { tool: 'c++', remedy: 'apt-get install -y g++' },
    ]);
    await expect(findPython(bare)).rejects.toMatchObject({
      message: 'no Python 3.11 or 3.12 with venv and pip',
      hint: 'apt-get install -y python3.11 python3.11-venv libpython3.11',
    });
  });

  it('is reported with the command that installs the packages of a serving', async () => {
    expect(await describeServing('flask', temporaryFolder())).toMatchObject({
      state: 'not-installed',
      reason: 'its packages are not installed: npx serving-compare setup --servings flask',
      platform: expect.stringMatching(/^Flask \d/),
      real: true,
    });
  });

  it('is reported with the reason why a serving can never run from packages', async () => {
    expect(await describeServing('triton_tensorrt', temporaryFolder())).toEqual({
      serving: 'triton_tensorrt',
      state: 'impossible',
      reason: 'it needs an NVIDIA GPU, and no package contains its backend',
    });
  });
});
