import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readRunFolder } from '../../../../lib/bench/results/run-folder.ts';
import { manifestOf } from '../../../../serving-configs/index.ts';
import { runBench, startBench, untilAlone, words } from '../../../support/bench-cli.ts';
import { exitCodeByGates } from '../../../support/exit-code.ts';
import { useTemporaryFolders } from '../../../support/temporary-folder.ts';

const newFolder = useTemporaryFolders();
const image = (name: string): string => `example/${name}@sha256:${'a'.repeat(64)}`;

jest.setTimeout(300_000);

/** A Docker with the image of one serving, and a configuration that names it and another one. */
const setUp = () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'images'), image('one'));
  for (const file of manifestOf('tfserving').container?.models.files ?? []) {
    const model = join(folder, 'models', 'tfserving', file);
    mkdirSync(dirname(model), { recursive: true });
    writeFileSync(model, 'a model');
  }
  const config = join(folder, 'serving-compare.json');
  const images = { tfserving: image('one'), torchserve: image('two') };
  writeFileSync(config, JSON.stringify({ images, models: 'models' }));
  return {
    folder,
    config,
    env: {
      DOCKER_STAND_IN: folder,
      PATH: `${join(import.meta.dirname, '../../../support/docker-stand-in')}:${process.env.PATH}`,
    },
  };
};

describe('a run with containers on this machine', () => {
  it('runs those whose image and models are here, on loopback, and leaves none behind', async () => {
    const { folder, config, env } = setUp();
    const output = join(newFolder(), 'run');
    const bench = startBench(
      [
        ...words('run --runtime docker --protocols rest,grpc --scenarios warm --levels 1'),
        ...words('--repeats 1 --duration 1 --warmup 0 --processes 1 --no-ceilings'),
        '--config',
        config,
        '--output',
        output,
      ],
      env,
    );
    const exitCode = await bench.ended;
    const { plan, records } = await readRunFolder(output);
    const calls = readFileSync(join(folder, 'calls'), 'utf8').split('\n');
    const runs = calls.filter((call) => call.startsWith('run '));

    const expected = { exitCode: await exitCodeByGates(output) };
    expect({ exitCode, stderr: bench.stderr() }).toMatchObject(expected);
    expect(bench.stdout()).toMatch(
      /^Compared: one platform in its container, with its artefact of one set of weights, on this machine/,
    );
    expect(bench.stderr()).toContain(
      `left out: torchserve: docker pull ${image('two')} was not done`,
    );
    expect(bench.stderr()).toContain(
      'left out: triton_pytorch: the configuration names no image of it (images)',
    );
    expect(plan).toMatchObject({
      runtime: 'docker',
      settings: { modelsFolder: join(folder, 'models') },
      served: { tfserving: { image: image('one'), real: true } },
    });
    const states = records.flatMap((record) => (record.kind === 'oracle' ? [] : record.state));
    expect(states).toEqual(['passed', 'completed', 'passed', 'completed']);
    expect(runs).toHaveLength(2);
    for (const call of runs) {
      expect(call).toContain(` ${image('one')} `);
      expect(call).toContain(`source=${folder}/models/tfserving,target=/models,readonly`);
      expect(call).toMatch(/--publish 127\.0\.0\.1:\d+:8501\/tcp/);
      expect(call).not.toContain('--gpus');
    }
    expect(
      calls.filter((call) => call.startsWith('stop --time 10 serving-compare-tf')),
    ).not.toEqual([]);
    expect(readdirSync(folder).filter((file) => file.endsWith('.pid'))).toEqual([]);
    await untilAlone(bench);
  });

  it('says what is missing of one that was named', async () => {
    const { config, env } = setUp();
    const { exitCode, stderr } = await runBench(
      [...words('run --runtime docker --servings torchserve --config'), config],
      env,
    );

    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      '--runtime docker cannot run these servings here: torchserve: docker p',
    );
    expect(stderr).toMatch(/^hint: .*fetch the image with docker pull$/m);
  });

  it('needs a docker command, and says what needs none', async () => {
    const { exitCode, stderr } = await runBench(words('run --runtime docker'), {
      PATH: '/nowhere',
    });

    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr:
        'error: there is no docker command on this machine\n' +
        'hint:  install Docker, or take --runtime venv, which needs none\n',
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
