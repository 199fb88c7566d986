import { readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeOnnx } from '../../../../serving-configs/models/onnx/messages.ts';
import { servingNames } from '../../../../serving-configs/index.ts';
import { factsOf, isPossible } from '../../../../serving-configs/runtimes/venv/venv-facts.ts';
import type { Summary } from '../../../../lib/bench/analysis/summary.ts';
import { readRunFolder } from '../../../../lib/bench/results/run-folder.ts';
import type { Measurement } from '../../../../lib/bench/model/measurement.ts';
import type { LeftOut, Plan } from '../../../../lib/bench/model/plan.ts';
import { planHash } from '../../../../lib/bench/plan/seal-plan.ts';
import { sum } from '../../../../lib/bench/stats/moments.ts';
import {
  callBench,
  interrupt,
  jsonOf,
  refusalOf,
  startBench,
  untilAlone,
  type BenchProcess,
} from '../../../support/bench-cli.ts';
import { tinyClassifier } from '../../../serving-configs/models/onnx/tiny-classifier.ts';
import { pastedCommands } from '../../../support/pasted-commands.ts';
import { isCompleted } from '../../../support/recorded-run.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import { pythonStandIn } from '../../../support/python-stand-in.ts';

const both = ['triton', 'python'] as const;

const environments = new Set(
  servingNames.map(factsOf).flatMap((facts) => (isPossible(facts) ? facts.environment : [])),
);

describe('A run with servers from packages', () => {
  let bench: BenchProcess;
  let env: Readonly<Record<string, string>>;
  let cache: string;
  let folder: string;

  beforeAll(async () => {
    cache = newFolder();
    folder = join(newFolder(), 'run');
    env = await pythonStandIn(cache, 'python');
    // ResNet-50 takes every server a second to load.
    const model = join(newFolder(), 'small.onnx');
    writeFileSync(model, encodeOnnx(tinyClassifier));
    bench = startBench(
      `run --runtime venv --servings all --protocols rest,grpc --noop-limits none --scenarios warm --levels 1
      --repeats 1 --duration 250ms --warmup 0 --processes 1 --model ${model} --json --output ${folder}`,
      env,
    );
    await bench.ended;
  });

  it('measures the installed servings over both protocols, and names the others and the stand-ins', async () => {
    const { summary } = JSON.parse(bench.stdout()) as { readonly summary: Summary };
    const { plan, records } = await readRunFolder(folder);
    const html = await readFile(join(folder, 'report.html'), 'utf8');
    const csv = await readFile(join(folder, 'summary.csv'), 'utf8');

    // The stand-ins answer at once, so a row may be too close to the no-op limit.
    expect(await bench.ended).toBe(summary.validity?.valid === true ? 0 : 1);
    expect(plan).toMatchObject({
      where: 'local',
      runtime: 'venv',
      served: {
        flask: { platform: expect.stringMatching(/^Flask \d/) as unknown, real: true },
        tfserving: { real: false, note: expect.stringMatching(/^A stand-in/) as unknown },
      },
    });
    expect(plan.leftOut).toHaveLength(servingNames.length - Object.keys(plan.served ?? {}).length);
    const triton = plan.leftOut?.find(({ serving }) => serving === 'triton_pytorch');
    expect(summary.measurements).toMatchObject({ completed: plan.targets.length, failed: 0 });
    expect(
      summary.answerChecks.every(({ state: how, trained }) => how === 'passed' && trained),
    ).toBe(true);
    const cpuMs = records.filter(isCompleted).map(({ servingCpuMs = Number.NaN }) => servingCpuMs);
    // The guard itself uses almost no CPU time, so this comes from its child processes. It is counted in ticks of 10 ms, and a window may
    // have none.
    expect(sum(cpuMs)).toBeGreaterThan(0);
    // The first process below the guard is the server.
    const idle = records.filter(isCompleted).map(({ start }) => start?.idleMemoryMiB ?? 0);
    expect(Math.max(...idle)).toBeGreaterThan(20);
    expect(html).toContain(triton?.reason);
    expect(html).toContain('Flask 3.');
    expect(html).toContain('TensorFlow Serving (REST, JSON, stand-in)');
    expect(csv.match(/^tfserving,[\w-]+/gm)).toEqual(['tfserving,stand-in', 'tfserving,stand-in']);
    // Every server was stopped in order, and no process is left.
    expect(readFileSync(join(cache, 'stopped'), 'utf8').trim().split('\n')).toHaveLength(
      plan.targets.length,
    );
    await untilAlone(bench);
  });

  it('continues only with the same runtime and the same software', async () => {
    const resume = `run --resume ${folder}`;
    const planFile = join(folder, 'plan.json');
    const plan = readFileSync(planFile, 'utf8');
    const otherRuntime = await refusalOf(`${resume} --runtime simulated`, env);
    const edited = JSON.parse(plan.replace(/"Flask [^"]*"/, '"Flask 1"')) as Plan;
    writeFileSync(planFile, JSON.stringify({ ...edited, hash: planHash(edited) }));
    const otherVersion = await refusalOf(resume, env);
    writeFileSync(planFile, plan);
    const same = await callBench(resume, env);

    expect(otherRuntime.code).toBe('BENCH_OTHER_HOST');
    expect(otherVersion).toMatchObject({
      code: 'BENCH_OTHER_SOFTWARE',
      message: expect.stringContaining('began with platform Flask 1,') as unknown,
    });
    expect(same.exitCode).toBe(await bench.ended);
  });

  it('plans without servings that cannot run here', async () => {
    const { stdout } = await callBench(
      'plan --runtime venv --profile full --json',
      await pythonStandIn(newFolder(), ...both),
    );
    const { measurements, leftOut } = JSON.parse(stdout) as {
      readonly measurements: readonly Measurement[];
      readonly leftOut: readonly LeftOut[];
    };

    expect(new Set(measurements.map(({ target }) => target.serving))).toEqual(
      new Set(['tfserving', 'triton_pytorch', 'triton_tensorflow']),
    );
    expect(leftOut.map(({ serving }) => serving)).toEqual(['torchserve']);
  });
});

describe('serving-compare serve with a server from packages', () => {
  it('says what answers, and prints a curl command for the protocol', async () => {
    const bench = startBench(
      'serve tfserving --runtime venv --protocol grpc --port 0 --json',
      await pythonStandIn(newFolder(), ...both),
    );
    const { statement, curl } = await jsonOf<Record<string, string>>(bench);

    expect(statement).toMatch(
      /^A stand-in for TensorFlow Serving: .*, computing with ONNX Runtime [\d.]+, 1 thread, 1 at a time; weights not trained, so its classes mean nothing; A stand-in/,
    );
    expect(curl).toMatch(/\/grpc\/infer\/tfserving\?payload=tensor&encoding=raw'$/);
    expect(await interrupt(bench)).toBe(0);
  });
});

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
    expect(stderr).toMatch(
      /^python: installing \d+ packages for tfserving, .*flask, kserve with .*\npython: Prepared 2 packages\n[^]*python: installed in .*\ntriton: installing/,
    );
  });

  it('exits with 1 if a named serving cannot run here', async () => {
    const { exitCode, stdout } = await callBench(
      'setup --servings tfserving,triton_tensorrt',
      await pythonStandIn(newFolder(), ...both),
    );

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /^! tfserving: not the real server: a stand-in was prepared, whose speed means nothing\. .*\nnot ready: triton_tensorrt: it needs an NVIDIA GPU/,
    );
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

describe('serving-compare servings', () => {
  const setup = 'npx serving-compare setup';
  const others = servingNames.filter((serving) => {
    const facts = factsOf(serving);
    return isPossible(facts) && facts.environment !== 'triton' && facts.environment !== 'python';
  });

  it.each([
    ['nothing', [], [setup]],
    ['Python and Java', ['java'], [setup]],
    ['some packages', ['java', ...both], [`${setup} --servings ${others.join(',')}`]],
    ['all packages', ['java', ...environments], []],
  ])('prints the command that sets up the others, to be pasted: %s', async (_, has, commands) => {
    const [java, ...installed] = has;
    const env = await pythonStandIn(newFolder(), ...installed);
    const bare = { ...env, PATH: newFolder() };
    if (java !== undefined)
      writeFileSync(join(env['PATH'] ?? '', java), '#!/bin/sh', { mode: 0o755 });
    const { stdout } = await callBench('servings', java === undefined ? bare : env);

    expect(await pastedCommands(stdout)).toEqual(commands);
  });

  it('says which servings can run here with each runtime, and why others cannot', async () => {
    const env = await pythonStandIn(newFolder(), ...both);
    const { stdout } = await callBench('servings', env);
    const listed = JSON.parse((await callBench('servings --json', env)).stdout) as {
      servings: readonly { readonly serving: string; readonly runtimes: unknown }[];
    };
    const runtimesOf = new Map(listed.servings.map(({ serving, runtimes }) => [serving, runtimes]));

    expect(stdout).toMatch(/^tfserving +yes +stand-in +no$/m);
    expect(stdout).toContain('  triton_tensorrt: it needs an NVIDIA GPU');
    expect(runtimesOf.get('torchserve')).toMatchObject({
      simulated: { state: 'installed' },
      venv: { state: 'not-installed' },
      docker: { reason: expect.stringMatching(/no docker command/) as string },
    });
    expect(runtimesOf.get('tfserving')).toMatchObject({
      venv: { state: 'installed', real: false },
    });
    expect(runtimesOf.get('triton_pytorch')).toMatchObject({
      venv: { state: 'installed', real: true },
    });
    expect(runtimesOf.get('triton_tensorrt')).toMatchObject({ venv: { state: 'impossible' } });
    expect(await refusalOf('run --runtime docker', env)).toMatchObject({
      exitCode: 2,
      code: 'BENCH_RUNTIME',
      hint: expect.stringContaining('--runtime venv') as unknown,
    });
  });
});
