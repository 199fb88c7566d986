import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLists, commandNames } from '../../../lib/bench/cli/commands.ts';
import { callBench, refusalOf } from '../../support/bench-cli.ts';
import { newFolder } from '../../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../../..');

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
    const { exitCode, hint = '' } = await refusalOf('xyzzy');
    const named = hint.split(/[\s,]+/);

    expect(exitCode).toBe(2);
    expect(commandNames.filter((name) => named.includes(name))).toEqual(
      Object.values(commandLists).flatMap(Object.keys),
    );
    expect((await callBench('')).stdout).not.toContain('node-');
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
    ['plan --noise -5', 'from 0.01% to 100%'],
    ['plan --repeats 0', 'from 1 to 1000'],
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
    ['plan --model /nowhere.onnx', 'BENCH_MODEL_FILE', '--model'],
    ['plan --model README.md', 'BENCH_MODEL_FILE', 'give an ONNX file'],
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
