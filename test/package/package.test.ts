import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import type { Summary } from '../../lib/bench/analysis/summary.ts';
import type { GivenModelFile } from '../../serving-configs/models/model.ts';
import { startReference, type StartedServing } from '../conformance/started-serving.ts';
import { twoByTwoModel } from '../support/onnx-models.ts';
import { newFolder } from '../support/temporary-folder.ts';
import { tensor, writeTensorModel } from '../support/user-model.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FILE = 'serving-compare-0.2.0.tgz';
const call = promisify(execFile);

/** As in the terminal of a user: outside npm, and with caches of its own. */
const environment = (cache: string): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name))),
  SERVING_COMPARE_CACHE: undefined,
  XDG_CACHE_HOME: cache,
});

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

const pack = async (): Promise<string> => {
  await call('sh', ['-c', 'npm run pack'], { cwd: ROOT, maxBuffer: 1e8 });
  const file = path.join(ROOT, FILE);
  return createHash('sha256').update(readFileSync(file)).digest('hex');
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
  const request = [
    tensor('ids', 'INT64', [1, 3], [1, 2, 3]),
    tensor('weights', 'FP32', [1, 3], [0.5, 1.5, 2.5]),
  ];
  const written = await writeTensorModel(newFolder(), twoByTwoModel(), [request]);
  const given = path.join(folder, 'given.json');
  writeFileSync(given, JSON.stringify({ ...written.model, name: 'net' } satisfies GivenModelFile));
  const onnx = path.join(path.dirname(written.file), 'model.onnx');
  const model = { name: 'net', onnx, sizes: { ids: [1, 3], weights: [1, 3] } };
  writeFileSync(path.join(folder, 'model.yaml'), stringify({ model }));
  servers = await Promise.all(
    ['triton_onnx', 'flask'].map((name) =>
      startReference(name as 'flask', '--engine', 'onnx', '--model', given),
    ),
  );
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
});
