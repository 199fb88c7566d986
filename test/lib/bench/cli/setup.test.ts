import type { RuntimeEntry } from '../../../../lib/bench/run/servings/runtime.ts';
import { callBench, interrupt, refusalOf, startBench } from '../../../support/bench-cli.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import { pythonStandIn } from '../../../support/python-stand-in.ts';

describe('serving-compare setup', () => {
  it('installs, shows its progress, and says what can run afterwards', async () => {
    const { exitCode, stdout, stderr } = await callBench(
      'setup --servings flask,triton_pytorch',
      await pythonStandIn(newFolder()),
    );

    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringMatching(
        /^triton_pytorch: Triton \d.*\nflask: Flask \d.*\n$/,
      ) as unknown,
    });
    // The packages are more than those of one serving. The output of the installer is passed on.
    expect(stderr).toMatch(
      /^python: installing \d+ packages that .*\bflask, .* share, .*\npython: Prepared 2 packages\n[^]*\npython: .*\ntriton: /,
    );
  });

  it('exits with 1 if a named serving cannot run here', async () => {
    const env = await pythonStandIn(newFolder(), 'triton', 'python');
    const line = 'setup --servings tfserving,triton_tensorrt';
    const { exitCode, stdout } = await callBench(`${line} --json`, env);
    const [standIn, impossible] = (JSON.parse(stdout) as { servings: readonly RuntimeEntry[] })
      .servings;

    expect(exitCode).toBe(1);
    expect(standIn).toMatchObject({ serving: 'tfserving', state: 'installed', real: false });
    expect(impossible).toMatchObject({ serving: 'triton_tensorrt', state: 'impossible' });
    expect(await callBench(line, env)).toMatchObject({
      exitCode,
      stdout: expect.stringMatching(/^! tfserving: .*\n.*\btriton_tensorrt: /) as unknown,
    });
  });

  it('shows the output of an installer that fails, even as JSON', async () => {
    const env = { SERVING_COMPARE_CACHE: newFolder(), PATH: '/nowhere' };
    const [message, hint] = [
      'no Python 3.11 or 3.12 with venv and pip',
      'apt-get install -y python3.11 python3.11-venv libpython3.11',
    ];

    expect(await callBench('setup --servings mms', env)).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `mms: also needs java: apt-get install -y openjdk-17-jre-headless\nerror: ${message}\nhint:\n       ${hint}\n`,
    });
    expect(await refusalOf('setup --servings mms', env)).toEqual({
      exitCode: 2,
      code: 'BENCH_SETUP',
      message,
      hint,
    });
  });

  it('leaves no process and nothing that counts as installed if it is interrupted', async () => {
    const env = { ...(await pythonStandIn(newFolder())), UV_STAND_IN_SECONDS: '60' };
    const bench = startBench('setup', env);
    await bench.until(
      ({ stderr }) => stderr.includes('installing') && bench.descendants().length > 1,
    );

    expect(await interrupt(bench)).toBe(130);
    const { stdout } = await callBench('servings --json', env);
    const { servings } = JSON.parse(stdout) as {
      servings: readonly { readonly runtimes: { readonly venv: { readonly state: string } } }[];
    };
    expect(servings.map(({ runtimes }) => runtimes.venv.state)).not.toContain('installed');
  });
});
