import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { commandNames } from '../../../../lib/bench/cli/commands.ts';
import { callBench, runBench, words } from '../../../support/bench-cli.ts';
import { useTemporaryFolders } from '../../../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const newFolder = useTemporaryFolders();

jest.setTimeout(120_000);

describe('serving-compare', () => {
  it.each(commandNames)('explains %s', async (command) => {
    const { exitCode, stdout, stderr } = await callBench(`${command} --help`);

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain(`usage: serving-compare ${command}`);
    expect(await callBench(`help ${command}`)).toMatchObject({ exitCode: 0, stdout });
  });

  it('lists its commands where none is given, and measures nothing', async () => {
    const [bare, asked] = await Promise.all([runBench([]), callBench('--help')]);

    expect(bare.exitCode).toBe(0);
    expect(bare.stdout).toContain('usage: serving-compare COMMAND');
    expect(bare).toEqual(asked);
  });

  it('says its version', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      version: string;
    };

    for (const asked of ['--version', '-v']) {
      expect(await callBench(asked)).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
    }
  });

  it.each([
    ['pln', 'there is no command "pln"', 'did you mean plan?'],
    [
      '--profile quick',
      'there is no command before --profile',
      'npx serving-compare run --profile quick',
    ],
    ['run --profil quick', '"serving-compare run" has no option --profil', '--profile?'],
    ['run --on azure', 'there is no place to run "azure"', 'local, aws'],
    ['run --on aws --runtime venv', '--runtime is only for --on local', 'leave it out'],
    ['run --config x.json', '--config is only for --on aws or --runtime docker', 'leave it out'],
    ['run --runtime container', 'there is no runtime "container"', 'simulated, venv, docker'],
    ['serve tritn_pytorch', 'there is no serving "tritn_pytorch"', 'triton_pytorch?'],
    ['extend 1000h', '1000h is above 3d', '6m to 3d'],
    ['fetch', 'needs a run, or --all', 'npx serving-compare status'],
    ['fetch a --all', 'needs a run, or --all', 'npx serving-compare status'],
    ['status A_b', 'RUN: "A_b"', 'npx serving-compare status'],
    ['status --config /nowhere.json', '/nowhere.json cannot be read', '--config FILE'],
    ['run --images /nowhere', '/nowhere cannot be read', '--images'],
    ['run --resume /nowhere', '/nowhere is not a run folder', 'results/'],
    ['run --model README.md', 'README.md', '--model'],
  ])('exits with 2 for "%s", and says why and what to do', async (line, why, remedy) => {
    const { exitCode, stderr } = await callBench(line);

    expect(exitCode).toBe(2);
    expect(stderr).toContain(why);
    expect(/^hint: {2}(.*)$/m.exec(stderr)?.[1]).toContain(remedy);
  });

  it('gives errors as JSON where JSON was asked for', async () => {
    const { exitCode, stdout, stderr } = await callBench('plan --repeats 0 --json');

    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: 'BENCH_USAGE',
        message: '--repeats: 0 is below 1',
        hint: 'give a whole number from 1 to 1000',
      },
    });
  });

  it('exits with 2 where there are no images', async () => {
    const folder = newFolder();
    const { exitCode, stderr } = await callBench(`run --images ${folder}`);

    expect(exitCode).toBe(2);
    expect(stderr).toContain(`there are no images in ${folder}`);
  });

  it('exits with 2 where a port is taken, with the remedy', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const { exitCode, stderr } = await callBench(`serve tfserving --engine noop --port ${port}`);
    server.close();

    expect(exitCode).toBe(2);
    expect(stderr).toContain(`port ${port} on 127.0.0.1 is taken`);
    expect(stderr).toContain('--port (0 takes a free one)');
  });

  it('lists the servings with protocols, payloads and encodings', async () => {
    const { stdout } = await callBench('servings');

    expect(stdout).toMatch(/^tfserving +TensorFlow Serving \S+ +rest +image \(base64\), tensor\*/m);
    expect(stdout).toMatch(/^ +grpc +image \(raw\), tensor\* \(raw\), tensor_fullsize \(raw\)$/m);
  });

  it('lists the servings as JSON', async () => {
    const { stdout } = await callBench('servings --json');

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
    const line = 'plan --profile published --seed 7';
    const [first, second] = [await callBench(line), await callBench(line)];

    expect(first.stdout).toBe(second.stdout);
    expect(first.stdout).toMatch(/^To be compared: one engine /);
    expect(first.stdout).toMatch(
      /^first \S+: a serving of known latency, 25 ms, 4 VUs, 0.5 \+ 2 s$/m,
    );
    expect(first.stdout).toMatch(/^warm, 10 VUs: 0 \+ 60 s, direct 5 s, 20 times$/m);
    expect(first.stdout).toMatch(
      /600 measurements on 4 targets, profile published, seed 7: about 8 h/,
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
    writeFileSync(join(images, 'broken.jpg'), 'this is no image');
    const folder = join(newFolder(), 'run');
    const { exitCode, stdout, stderr } = await runBench([
      'run',
      '--images',
      images,
      '--output',
      folder,
      ...words('--engine noop --servings tfserving'),
      ...words('--levels 1 --repeats 1 --duration 200ms --warmup 0 --processes 1'),
    ]);

    expect(exitCode).toBe(1);
    expect(stderr).toContain('TensorFlow Serving gives wrong answers and is not measured');
    expect(stderr).toContain('BENCH_WRONG_ANSWER');
    expect(stdout).toContain('report');
  });
});
