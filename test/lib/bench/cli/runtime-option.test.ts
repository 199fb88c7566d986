import { runBench, words } from '../../../support/bench-cli.ts';

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
  it.each([
    ['run --runtime container', 'there is no runtime "container"', 'reference, venv, docker'],
    ['run --on aws --runtime venv', '--runtime is only for --on local', 'with the deployment'],
    ['run --runtime venv --engine null', "--engine null is the reference serving's own", 'leave'],
    ['run --config x.json', '--config is only for --on aws and --runtime docker', 'leave it out'],
    ['serve tfserving --protocol http', 'there is no protocol "http"', 'rest, grpc'],
  ])('refuses %s, and says what would do', async (line, why, remedy) => {
    const { exitCode, stderr } = await runBench(words(line));

    expect(exitCode).toBe(2);
    expect(/^error: (.*)$/m.exec(stderr)?.[1]).toContain(why);
    expect(/^hint: {2}(.*)$/m.exec(stderr)?.[1]).toContain(remedy);
  });
});
