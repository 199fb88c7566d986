import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Summary } from '../../lib/bench/analysis/summary.ts';
import type { StartedServing } from '../conformance/started-serving.ts';
import { newFolder } from '../support/temporary-folder.ts';
import { call, environment, pack, ROOT, startTwoServers } from './installed-package.ts';

interface Result {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

let folder: string;
let cache: string;
let installed: string;
let servers: readonly StartedServing[] = [];

/** Calls the installed program in a folder that holds nothing else. */
const callInstalled = async (...args: readonly string[]): Promise<Result> => {
  const program = path.join(installed, 'bin', 'serving-compare');
  const options = { cwd: folder, env: environment(cache) };
  try {
    return { exitCode: 0, ...(await call(program, [...args], options)) };
  } catch (error) {
    const { code, stdout, stderr } = error as Result & { readonly code: number };
    return { exitCode: code, stdout, stderr };
  }
};

const packageFolder = (): string => path.join(installed, 'lib/node_modules/serving-compare');

beforeAll(async () => {
  folder = newFolder();
  cache = newFolder();
  installed = newFolder();
  await pack();
  await call('sh', ['-c', 'npm install -g ./serving-compare-0.2.0.tgz'], {
    cwd: ROOT,
    env: { ...process.env, npm_config_prefix: installed },
  });
  servers = await startTwoServers(folder);
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
});

describe('The package', () => {
  it('is the same, byte by byte, when it is built again', async () => {
    expect(await pack()).toBe(await pack());
  });

  it('holds neither sources nor tests, and no path of the machine that built it', () => {
    const files = readdirSync(packageFolder(), { recursive: true, encoding: 'utf8' }).filter(
      (file) => !file.startsWith('node_modules'),
    );
    const texts = files.filter((file) => /\.(js|map|json|md|d\.ts)$/.test(file));

    expect(files.filter((file) => /(?<!\.d)\.ts$|(^|\/)test\//.test(file))).toEqual([]);
    expect(files).toContain('programs/lib-index.js');
    expect(
      texts.filter((file) => readFileSync(path.join(packageFolder(), file), 'utf8').includes(ROOT)),
    ).toEqual([]);
  });

  it('has no fault that publint knows', async () => {
    const program = path.join(ROOT, 'node_modules/publint/src/cli.js');
    const words = [program, 'run', path.join(ROOT, 'dist'), '--strict'];

    expect((await call(process.execPath, words)).stdout).toContain('All good!');
  });

  it('lists the licences of what it installs', () => {
    const licences = readFileSync(path.join(packageFolder(), 'licences.md'), 'utf8');

    expect(licences).toMatch(/^\| fastify \| [\d.]+ \| MIT \|$/m);
    expect(licences).toMatch(/^\| onnxruntime-node \| [\d.]+ \| MIT \|$/m);
    expect(licences).not.toMatch(/AGPL|SSPL|aws-sdk/);
  });

  it('says that AWS needs a clone', async () => {
    const { exitCode, stderr } = await callInstalled('deploy', '--yes');

    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^error: AWS needs @aws-sdk\/\S+, which is not installed\nhint: /);
  });

  it('measures two running servers, resumes the run and compares two, with no clone', async () => {
    const [first, second] = servers;
    const run = ['run', '--model', 'model.yaml', '--levels', '1', '--duration', '200ms'];
    const targets = [`one=${first?.urls.rest}`, `two=${second?.urls.rest}/predict`];
    const options = [
      ...targets.flatMap((target) => ['--target', target]),
      ...'--repeats 2 --warmup 0 --noop-limits none --bypass 0'.split(' '),
    ];
    const before = await callInstalled(...run, ...options, '--output', 'before');
    const resumed = await callInstalled('run', '--resume', 'before');
    const after = await callInstalled(...run, ...options, '--output', 'after');
    const compared = await callInstalled('report', 'before', 'after');
    const summary = JSON.parse(
      readFileSync(path.join(folder, 'before', 'summary.json'), 'utf8'),
    ) as Summary;

    expect([before.stderr, resumed.stderr, after.stderr].join('\n')).not.toContain('error:');
    expect(summary.rows.map(({ target }) => target.serving).toSorted()).toEqual(['one', 'two']);
    expect(existsSync(path.join(folder, 'before', 'report.html'))).toBe(true);
    expect(compared.stdout).toContain('RESULT');
    expect(readdirSync(path.join(cache, 'serving-compare'))).toEqual(['onnxruntime-node']);
    expect(before.stdout + after.stdout).not.toContain('npx ');
  });

  it('deletes its cache and nothing else', async () => {
    const ours = path.join(cache, 'serving-compare');
    mkdirSync(path.join(ours, 'models'), { recursive: true });
    mkdirSync(path.join(ours, 'of-others'));
    const first = await callInstalled('clean');
    const second = await callInstalled('clean');

    expect(first.stdout).toContain(`deleted ${path.join(ours, 'models')}\n`);
    expect(second.stdout).toBe(`nothing of this tool is in ${ours}\n`);
    expect(readdirSync(ours)).toEqual(['of-others']);
    expect(existsSync(path.join(folder, 'before', 'report.html'))).toBe(true);
  });
});
