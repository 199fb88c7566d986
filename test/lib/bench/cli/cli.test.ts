import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandNames } from '../../../../lib/bench/cli/commands.ts';
import type { PlanOptions } from '../../../../lib/bench/model/plan-options.ts';
import { encodeOnnx } from '../../../../serving-configs/models/onnx/messages.ts';
import { tinyClassifier } from '../../../serving-configs/models/onnx/tiny-classifier.ts';
import { bareMachine } from '../../../support/bare-machine.ts';
import { callBench, refusalOf, words } from '../../../support/bench-cli.ts';
import { listenTcp } from '../../../support/tcp-server.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../../../..');

/** The fields of `plan --json` that the tests read. */
interface PrintedPlan {
  readonly statement: string;
  readonly options: PlanOptions;
  readonly detectable: { readonly targets: number };
  readonly searches: readonly unknown[];
}

const planOf = async (line: string): Promise<PrintedPlan> => {
  const { exitCode, stdout } = await callBench(`plan ${line} --json`);
  expect(exitCode).toBe(0);
  return JSON.parse(stdout) as PrintedPlan;
};

const optionCountOf = ({ stdout }: { readonly stdout: string }): number =>
  [...stdout.matchAll(/^ {2}--/gm)].length;

describe('The help of serving-compare', () => {
  it.each(commandNames)('explains %s, with --help and with "help"', async (command) => {
    const { exitCode, stdout, stderr } = await callBench(`${command} --help`);

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain(`usage: serving-compare ${command}`);
    expect(await callBench(`help ${command}`)).toMatchObject({ exitCode: 0, stdout });
  });

  it('is printed if no command is given, and nothing is measured', async () => {
    const [bare, help] = await Promise.all([callBench(''), callBench('--help')]);

    expect(bare.stdout).toContain('usage: serving-compare COMMAND');
    expect(bare).toEqual({ ...help, exitCode: 0 });
    expect(await callBench('help --all')).toEqual(bare);
  });

  it('does not name the commands of nodes, not even after a misspelt command', async () => {
    const { exitCode, stderr } = await callBench('xyzzy');

    expect(exitCode).toBe(2);
    expect(stderr).toContain('one of run, plan');
    expect(stderr).not.toContain('node-');
  });

  it.each(['run', 'plan'])(
    'shows the most used options of %s, and all with --all',
    async (command) => {
      const [short, all] = [
        await callBench(`${command} --help`),
        await callBench(`help ${command} --all`),
      ];

      expect(optionCountOf(short)).toBeLessThanOrEqual(12);
      expect(optionCountOf(all)).toBeGreaterThan(20);
      expect(short.stdout.split('\n').length).toBeLessThan(55);
      expect(short.stdout).toContain(`${command} --help --all`);
    },
  );

  it.each([
    ['compare A B', 'npx serving-compare report BEFORE AFTER'],
    ['list', 'npx serving-compare servings'],
  ])('knows which command %s means', async (typed, hint) => {
    expect(await refusalOf(typed)).toMatchObject({ hint });
  });

  it('prints the version with --version, -v and -V', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      version: string;
    };

    for (const option of ['--version', '-v', '-V']) {
      expect(await callBench(option)).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
    }
  });
});

describe('A wrong command line', () => {
  it.each([
    ['pln', 'plan?'],
    ['--profile quick', 'npx serving-compare run --profile quick'],
    ['run --profil quick', '--profile?'],
    ['run -n 3', 'write --repeats 3'],
    ['run torchserve', 'write --servings torchserve'],
    ['init notes.txt', 'write --model notes.txt'],
    ['run --url localhost:8000', 'write --target NAME=URL'],
    ['run --target mine=localhost:8000/x', 'write mine=http://localhost:8000/x'],
    ['run -d', 'run --help'],
    ['run --on azure', 'local, aws'],
    ['run --on aws --runtime venv', 'leave --runtime out'],
    ['run --config x.json', 'leave --config out'],
    ['run --runtime container', 'simulated, venv, docker'],
    ['run --runtime venv --engine noop', 'one of them'],
    ['run --profile slo --rates 5', '--levels'],
    ['run --resume x --output y', 'writes to its own folder'],
    ['run --levels 8,1,1', 'once'],
    ['run --servings torchserve,TorchServe', 'once'],
    ['run --levels -1', 'from 1 to 10000'],
    ['plan --noise -5', 'from 0.01% to 100%'],
    ['plan --repeats 0', 'from 1 to 1000'],
    ['run --fail-if p95>100', 'write 100ms'],
    ['run --fail-if ray_serve:p95>1s', 'torchserve, tfserving'],
    ['run --fail-if cost>1USD', '--price-per-hour'],
    ['run --no-end-nodes', 'leave --no-end-nodes out'],
    ['run --on aws --detach --fail-if p95>1s', 'one of them'],
    ['report a b --fail-if p95>1s', 'one of them'],
    ['report a --fail-on slower', 'AFTER'],
    ['report a b --fail-on slow', 'slower'],
    ['serve tritn_pytorch', 'triton_pytorch?'],
    ['serve flask --protocol grpc', 'rest'],
    ['extend 1000h', '6m to 3d'],
    ['fetch', 'npx serving-compare status'],
    ['fetch a --all', 'one of them'],
    ['fetch a --force', '--delete'],
    ['status A_b', 'npx serving-compare status'],
  ])('is refused with its remedy: %s', async (line, remedy) => {
    expect(await refusalOf(line)).toEqual({
      exitCode: 2,
      code: 'BENCH_USAGE',
      message: expect.stringMatching(/\S/) as unknown,
      hint: expect.stringContaining(remedy) as unknown,
    });
  });

  it.each([
    ['status --config /nowhere.json', 'BENCH_CONFIG', '--config FILE'],
    ['run --images /nowhere', 'BENCH_NO_IMAGES', '--images'],
    ['run --images lib', 'BENCH_NO_IMAGES', '--images'],
    ['run --resume /nowhere', 'BENCH_NO_RUN', 'results/'],
    ['run --model /nowhere.onnx', 'BENCH_MODEL_FILE', '--model'],
    ['plan --model /nowhere.onnx', 'BENCH_MODEL_FILE', '--model'],
    ['plan --model README.md', 'BENCH_MODEL_FILE', 'give an ONNX file'],
    ['run --output /proc/self/x', 'BENCH_FOLDER', '--output'],
    ['run --ci-report /proc/self/x/y.xml', 'BENCH_FOLDER', '--ci-report'],
    ['run --ci-report /proc/y.xml', 'BENCH_FOLDER', '--ci-report'],
    ['report x --ci-report lib', 'BENCH_FOLDER', '--ci-report'],
  ])('is refused if a file or folder cannot be used: %s', async (line, code, remedy) => {
    expect(await refusalOf(line)).toMatchObject({
      exitCode: 2,
      code,
      hint: expect.stringContaining(remedy) as unknown,
    });
  });

  it('is explained to people in two lines, and to programs as JSON', async () => {
    const { stdout, stderr } = await callBench('plan --repeats 0');
    const { message, hint } = await refusalOf('plan --repeats 0');

    expect({ stdout, stderr }).toEqual({
      stdout: '',
      stderr: `error: ${message}\nhint:  ${String(hint)}\n`,
    });
  });

  it('leaves no run folder behind', async () => {
    const folder = join(newFolder(), 'run');
    await refusalOf(`run --images /nowhere --output ${folder}`);

    expect(existsSync(folder)).toBe(false);
  });

  it('is refused if a port is taken', async () => {
    const listener = await listenTcp(() => undefined);
    const { port } = new URL(listener.url);
    const refusal = await refusalOf(`serve tfserving --engine noop --port ${port}`);

    expect(refusal).toMatchObject({
      exitCode: 2,
      code: 'BENCH_USAGE',
      hint: expect.stringContaining('--port') as unknown,
    });
  });
});

describe('A cache that cannot be written', () => {
  it.each(['setup --servings flask', 'run', 'serve triton_onnx --port 0'])(
    'is told in two lines, with the variable that names another: %s',
    async (line) => {
      const output = line === 'run' ? `--output ${newFolder()}/run` : '';
      const { exitCode, stdout, stderr } = await callBench(`${line} ${output}`, {
        SERVING_COMPARE_CACHE: '/dev/null/cache',
      });
      const [error = '', hint = '', ...more] = stderr.split('\n').slice(-3);

      expect({ exitCode, stdout, more }).toEqual({ exitCode: 2, stdout: '', more: [''] });
      expect(error).toMatch(/^error: .*ENOTDIR.*\/dev\/null\/cache/);
      expect(hint).toMatch(/^hint: .*SERVING_COMPARE_CACHE=/);
    },
  );
});

describe('serving-compare servings', () => {
  it('lists protocols, payloads and encodings for people', async () => {
    const { stdout } = await callBench('servings', bareMachine());

    expect(stdout).toMatch(/^tfserving +TensorFlow Serving \S+ +rest +image \(base64\), tensor\*/m);
    expect(stdout).toMatch(/^ +grpc +image \(raw\), tensor\* \(raw\),$/m);
    expect(stdout.split('\n').filter(({ length }) => length > 100)).toEqual([]);
  });

  it('tells in one line that a runtime is not available', async () => {
    const { stdout } = await callBench('servings', bareMachine());
    const lines = stdout.split('\n').filter((line) => /docker(?: *$|:)/i.test(line));

    expect(lines.slice(1)).toEqual([
      expect.stringMatching(/^docker: not available \([^()]+\)$/) as unknown,
    ]);
  });

  it('lists them for programs', async () => {
    const { stdout } = await callBench('servings --json', bareMachine());

    expect(JSON.parse(stdout)).toMatchObject({
      servings: expect.arrayContaining([
        expect.objectContaining({
          serving: 'triton_pytorch',
          protocols: {
            rest: expect.objectContaining({ payloads: { tensor: ['binary', 'json'] } }) as unknown,
            grpc: expect.objectContaining({ payloads: { tensor: ['raw'] } }) as unknown,
          },
        }),
      ]) as unknown,
    });
  });
});

describe('serving-compare plan', () => {
  it('says in its first lines what is compared, how long it takes and which difference it can detect', async () => {
    const { stdout } = await callBench('plan --profile replicate-2021 --seed 7');
    const [statement, time] = stdout.split('\n\n');
    const detectable = time?.split('\n')[1];

    expect(statement).toMatch(/^To be compared: /);
    expect(time).toMatch(
      /^600 measurements on 4 targets, profile replicate-2021, seed 7: about 8 h/,
    );
    expect(detectable).toMatch(/^80 % of such runs detect a difference/);
    expect(stdout.split('\n').length).toBeLessThan(17);
    expect(stdout.split('\n').filter(({ length }) => length > 100)).toEqual([]);
    expect(await callBench('plan --profile replicate-2021 --seed 7')).toMatchObject({ stdout });
  });

  it('takes ranges, units and servings by the names that people read', async () => {
    const servings = 'TorchServe,tensorflow serving,Triton (ONNX Runtime)';
    const line = words('plan --levels 1-3 --duration 30s --json --servings');
    const { stdout } = await callBench([...line, servings]);
    const { options } = JSON.parse(stdout) as PrintedPlan;

    expect(options).toMatchObject({
      servings: ['torchserve', 'tfserving', 'triton_onnx'],
      levels: [1, 2, 3].map((virtualUsers) => ({ loop: 'closed', virtualUsers })),
      durationSeconds: 30,
    });
  });

  it('names the user’s model in its statement', async () => {
    const model = join(newFolder(), 'mine.onnx');
    writeFileSync(model, encodeOnnx(tinyClassifier));

    expect(await planOf(`--model ${model}`)).toMatchObject({
      statement: expect.stringContaining('mine.onnx') as unknown,
    });
  });

  it('says how long a search usually takes, then how long it takes at most', async () => {
    const { options, searches } = await planOf('--profile slo --levels 1');
    const { stdout } = await callBench('plan --profile slo --levels 1');

    expect(options.levels).toEqual([{ loop: 'closed', virtualUsers: 1 }]);
    expect(searches).toHaveLength(12);
    expect(stdout).toMatch(/: usually 1 h 00 min, at most 12 h/);
  });

  it('says how many repeats fit into a time limit, and refuses one that is too short for three', async () => {
    const { stdout } = await callBench('plan --max-time 2m');
    const { message } = await refusalOf('plan --profile replicate-2021 --max-time 3m');

    expect(stdout).toMatch(/: at most 2 min 00 s$/m);
    expect(stdout).toMatch(/, [3-7] repeats/);
    expect(message).toMatch(/^--max-time 3m .*: three repeats take about 5 h/);
    expect(await refusalOf('run --profile replicate-2021 --max-time 3m')).toMatchObject({
      message,
    });
  });

  it.each([
    'plan --profile replicate-2021 --max-time 3m',
    'plan --duration 10',
    'plan --noise 3',
    'plan --levels 8-1',
  ])('accepts what its hint proposes when it refuses %s', async (line) => {
    const { hint = '' } = await refusalOf(line);
    const [, value = ''] = /^(?:give|write) (?:--\S+ )?([^\s,]+)/.exec(hint) ?? [];

    expect(await callBench(line.replace(/\S+$/, value))).toMatchObject({ exitCode: 0 });
  });

  it('says why there are no verdicts on a single serving', async () => {
    const { stdout } = await callBench('plan --servings flask');

    expect((await planOf('--servings flask')).detectable.targets).toBe(1);
    expect(stdout).toMatch(/^no verdicts: .*--servings/m);
  });
});

describe('serving-compare', () => {
  it('exits with 0 if its reader closes the pipe', async () => {
    const plan =
      '{ "$0" bin/serving-compare.js plan --profile replicate-2021; echo "ends with $?" >&2; }';
    const child = spawn('sh', ['-c', `${plan} | { read -r line; }`, process.execPath], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += String(text);
    });
    await once(child, 'close');

    expect(stderr).toBe('ends with 0\n');
  });
});
