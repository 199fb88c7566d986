import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { buildBundle, bundleHash } from '../../../../lib/aws/bundle/bundle.ts';
import { RUNTIME_PATHS } from '../../../../lib/aws/bundle/runtime-sources.ts';
import { scripts } from '../../../../lib/bench/run/project-files.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import { unpack } from '../../../support/unpack.ts';

const root = path.resolve(import.meta.dirname, '../../../..');

const MEBIBYTE = 2 ** 20;

/** Copies the project, so that changes during the test do not matter. */
const copyOfProject = (): string => {
  const copy = newFolder();
  for (const name of [
    ...RUNTIME_PATHS,
    'lib/aws/bundle',
    'package.json',
    'package-lock.json',
    '.npmrc',
  ]) {
    cpSync(path.join(root, name), path.join(copy, name), { recursive: true });
  }
  return copy;
};

/** Every program of this project that a unit or script of a node, or the runner, starts. */
const programs = [
  ...new Set(
    readdirSync(path.join(root, 'lib/aws/node'), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(sh|service)$/.test(file))
      .map((file) => readFileSync(path.join(root, 'lib/aws/node', file), 'utf8'))
      .flatMap((text) => text.match(/\b(lib|serving-configs)\/[a-z0-9/-]+\.ts\b/g) ?? [])
      .concat(Object.values(scripts).map((script) => path.relative(root, script)))
      .concat('lib/bench/cli/aws/node-commands.ts'),
  ),
];

describe('the bundle of this project', () => {
  let archive: string;
  let unpacked: string;

  let project: string;

  beforeAll(async () => {
    project = copyOfProject();
    archive = await buildBundle({ root: project, cache: path.join(root, '.cache/archives') });
    unpacked = newFolder();
    await unpack(archive, unpacked);
  });

  const bench = (...args: readonly string[]) =>
    spawnSync('node', ['bin/serving-compare.js', ...args], { cwd: unpacked, encoding: 'utf8' });

  it('is built once, and named after its sources', async () => {
    const builtAtMs = statSync(archive).mtimeMs;

    expect(path.basename(archive)).toBe(`bundle-${bundleHash(project)}-.tar.gz`);
    expect(await buildBundle({ root: project, cache: path.dirname(archive) })).toBe(archive);
    expect(statSync(archive).mtimeMs).toBe(builtAtMs);
  });

  it('has another hash if its files or its packing change, but not if documentation does', () => {
    const copy = copyOfProject();
    const hashAfterChange = (file: string): string => {
      appendFileSync(path.join(copy, file), '\n');
      return bundleHash(copy);
    };
    const hash = bundleHash(copy);

    expect(hashAfterChange('serving-configs/README.md')).toBe(hash);
    const changes = [
      'lib/aws/node/bootstrap/serving.sh',
      'lib/aws/bundle/bundle.ts',
      'package-lock.json',
    ];
    expect(new Set([hash, ...changes.map(hashAfterChange)]).size).toBe(changes.length + 1);
  });

  it('runs the command line tool without anything else', () => {
    const { status, stdout, stderr } = bench('plan', '--profile', 'quick', '--seed', '1', '--json');

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ options: { profile: 'quick', seed: 1 } });
  });

  it('holds everything that the programs of nodes import', () => {
    // esbuild follows all imports without running anything, and fails if one is missing.
    const { status, stderr } = spawnSync(
      path.join(root, 'node_modules/.bin/esbuild'),
      [
        ...programs,
        '--bundle',
        '--platform=node',
        '--format=esm',
        '--loader:.node=empty',
        '--log-level=error',
        `--outdir=${newFolder()}`,
      ],
      { cwd: unpacked, encoding: 'utf8' },
    );

    expect(programs.length).toBeGreaterThan(10);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it.each(['sharp', 'onnxruntime-node'])('holds the native part of %s', (name) => {
    const { status, stderr } = spawnSync('node', ['-e', `require('${name}')`], {
      cwd: unpacked,
      encoding: 'utf8',
    });

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it.each(['test', 'lib/aws/constructs', 'lib/README.md', 'node_modules/aws-cdk-lib'])(
    'leaves out %s',
    (name) => {
      expect(existsSync(path.join(unpacked, name))).toBe(false);
    },
  );

  it('is small enough to be published quickly', () => {
    expect(statSync(archive).size / MEBIBYTE).toBeLessThan(64);
  });
});
