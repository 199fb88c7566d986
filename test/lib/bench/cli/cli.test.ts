import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { runBench, words } from '../../../support/bench-cli.ts';
import { useTemporaryFolders } from '../../../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const newFolder = useTemporaryFolders();

jest.setTimeout(120_000);

describe('serving-compare', () => {
  it.each(['run', 'plan', 'report', 'servings', 'serve'])(
    'explains %s, with examples, on stdout and exits with 0',
    async (command) => {
      const { exitCode, stdout, stderr } = await runBench([command, '--help']);

      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(stdout).toContain(`usage: serving-compare ${command}`);
      expect(stdout).toContain('examples\n');
    },
  );

  it('names its commands and exit codes', async () => {
    const { exitCode, stdout } = await runBench(['--help']);

    expect(exitCode).toBe(0);
    expect(stdout).toContain('130 interrupted');
  });

  it('lists its commands where none is given, and measures nothing', async () => {
    const [bare, asked] = await Promise.all([runBench([]), runBench(['--help'])]);

    expect(bare.exitCode).toBe(0);
    expect(bare.stdout).toContain('usage: serving-compare COMMAND');
    expect(bare).toEqual(asked);
  });

  it('says its version', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      version: string;
    };

    expect(await runBench(['--version'])).toEqual({
      exitCode: 0,
      stdout: `${version}\n`,
      stderr: '',
    });
  });

  it.each([
    [['pln'], 'there is no command "pln"', 'did you mean plan?'],
    [
      ['--profile', 'quick'],
      'there is no command before --profile',
      'npx serving-compare run --profile quick',
    ],
    [
      ['run', '--profil', 'quick'],
      '"serving-compare run" has no option --profil',
      'did you mean --profile?',
    ],
    [['serve', 'tritn_pytorch'], 'there is no serving "tritn_pytorch"', 'triton_pytorch?'],
    [
      ['report'],
      '"serving-compare report" needs a run folder',
      'npx serving-compare report results/',
    ],
    [
      ['servings', 'all'],
      '"serving-compare servings" takes no "all"',
      'npx serving-compare servings --help',
    ],
    [['run', '--images', '/nowhere'], '/nowhere cannot be read', '--images'],
    [['run', '--resume', '/nowhere'], '/nowhere is not a run folder', 'results/'],
    [['run', '--model', 'README.md'], 'README.md', '--model'],
  ])('exits with 2 for %j, and says why and what to do', async (args, why, remedy) => {
    const { exitCode, stderr } = await runBench(args);

    expect(exitCode).toBe(2);
    expect(/^error: (.*)$/m.exec(stderr)?.[1]).toContain(why);
    expect(/^hint: {2}(.*)$/m.exec(stderr)?.[1]).toContain(remedy);
  });

  it('gives errors as JSON where JSON was asked for', async () => {
    const { exitCode, stdout, stderr } = await runBench(['plan', '--repeats', '0', '--json']);

    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: 'BENCH_USAGE',
        message: '--repeats is "0"',
        hint: 'give a whole number from 1 to 1000',
      },
    });
  });

  it('exits with 2 where there are no images', async () => {
    const folder = newFolder();
    const { exitCode, stderr } = await runBench(['run', '--images', folder]);

    expect(exitCode).toBe(2);
    expect(stderr).toContain(`there are no images in ${folder}`);
  });

  it('exits with 2 where a port is taken, with the remedy', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const args = ['serve', 'tfserving', '--engine', 'null', '--port', String(port)];
    const { exitCode, stderr } = await runBench(args);
    server.close();

    expect(exitCode).toBe(2);
    expect(stderr).toContain(`port ${port} on 127.0.0.1 is taken`);
    expect(stderr).toContain('--port (0 takes a free one)');
  });

  it('lists the servings with protocols, payloads and encodings', async () => {
    const { stdout } = await runBench(['servings']);

    expect(stdout).toMatch(/^tfserving +TensorFlow Serving \S+ +rest +image \(base64\), tensor\*/m);
    expect(stdout).toMatch(/^ +grpc +image \(raw\), tensor\* \(raw\), tensor_fullsize \(raw\)$/m);
  });

  it('lists the servings as JSON', async () => {
    const { stdout } = await runBench(['servings', '--json']);

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

  it('prints a plan that the seed repeats, and says first what it compares', async () => {
    const args = ['plan', '--profile', 'published', '--seed', '7'];
    const [first, second] = await Promise.all([runBench(args), runBench(args)]);

    expect(first.stdout).toBe(second.stdout);
    expect(first.stdout).toMatch(/^To be compared: one engine .* not the platforms themselves/);
    expect(first.stdout).toMatch(
      /^first \S+: a serving of known latency, 25 ms, 4 VUs, 0.5 \+ 2 s$/m,
    );
    expect(first.stdout).toMatch(/600 cells on 4 paths, profile published, seed 7: about 8 h/);
    expect(first.stdout).toMatch(
      /tells two paths apart, .* 5 repeats, 6 pairs at each load, 5 % noise/,
    );
  });

  it('takes a reader that goes away for no error', async () => {
    const plan =
      '{ "$0" bin/serving-compare.js plan --profile published; echo "ends with $?" >&2; }';
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

  it('exits with 1 where a path does not answer rightly, and says which', async () => {
    const images = newFolder();
    writeFileSync(join(images, 'broken.jpg'), 'this is no picture');
    const folder = join(newFolder(), 'run');
    const { exitCode, stdout, stderr } = await runBench([
      'run',
      '--images',
      images,
      '--output',
      folder,
      ...words('--engine null --servings tfserving'),
      ...words('--levels 1 --repeats 1 --duration 0.2 --warmup 0 --processes 1'),
    ]);

    expect(exitCode).toBe(1);
    expect(stderr).toContain('TensorFlow Serving gives wrong answers and is not measured');
    expect(stderr).toContain('BENCH_WRONG_ANSWER');
    expect(stdout).toContain('report');
  });
});
