import { callBench, runBench, words } from '../../../support/bench-cli.ts';

jest.setTimeout(300_000);

describe('a run with containers on this machine', () => {
  it('needs a docker command, and says what needs none', async () => {
    const { exitCode, stderr } = await runBench(words('run --runtime docker'), {
      PATH: '/nowhere',
    });

    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr:
        'error: there is no docker command on this machine\n' +
        'hint:  install Docker, or use --runtime venv, which needs none\n',
    });
  });
});

describe('the option --runtime', () => {
  it('refuses an engine of the simulated server with another runtime', async () => {
    const { exitCode, stderr } = await callBench('run --runtime venv --engine noop');

    expect(exitCode).toBe(2);
    expect(stderr).toContain("--engine noop is the simulated server's own");
  });
});
