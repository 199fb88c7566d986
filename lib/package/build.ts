// Writes the package into the folder `dist`, from which `npm run pack` makes its file. Two builds of a commit are equal byte by byte.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { compilePrograms } from '../../bin/compile-typescript.js';
import { licencesOf, type PackageLock } from './licences.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PACKAGE = path.join(ROOT, 'dist');
const PROGRAMS = path.join(PACKAGE, 'programs');
const TYPES = path.join(PACKAGE, 'types');

/** What Node, its threads and k6 start, and the library. */
const ENTRIES = [
  'bin/serving-compare.ts',
  'k6/infer.ts',
  'lib/bench/load/k6/main.ts',
  'lib/bench/load/main.ts',
  'lib/index.ts',
  'middleware/server.ts',
  'serving-configs/reference/describe-model.ts',
  'serving-configs/reference/direct.ts',
  'serving-configs/reference/heads.ts',
  'serving-configs/reference/main.ts',
  'serving-configs/reference/onnx/worker.ts',
];

/** Files that stay as they are; of folders all but TypeScript and pages for developers. */
const FILES = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'bin/import-typescript.js',
  'bin/node-version.js',
  'bin/serving-compare.js',
  'bin/typescript.js',
  'k6/images',
  'k6/odd-images',
  'lib/bench/load/pacer-thread.js',
  'lib/bench/report/page-script.js',
  'lib/bench/schemas/model.schema.json',
  'serving-configs',
];

/** Fetched when a model is first computed: `serving-configs/reference/onnx/runtime.ts`. */
const FETCHED_LATER = 'onnxruntime-node';

interface Manifest {
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly overrides: Readonly<Record<string, string>>;
}

const readJson = (name: string): unknown => JSON.parse(readFileSync(path.join(ROOT, name), 'utf8'));

/** `bin/import-typescript.js` looks for a program by this name. All are in one folder, so that sources are found from all of them. */
const programOf = (source: string): string => source.replaceAll('/', '-').replace(/\.ts$/, '');

/** Compiles the programs, and returns the names of the packages that they import. */
const buildPrograms = async (): Promise<ReadonlySet<string>> => {
  const { outputFiles, metafile } = await compilePrograms({
    entryPoints: ENTRIES.map((source) => ({ in: source, out: programOf(source) })),
    // As if the root were the package's.
    outdir: path.join(ROOT, path.basename(PROGRAMS)),
    chunkNames: 'chunk-[hash]',
    sourcemap: 'linked',
    isMovable: true,
  });
  for (const { path: file, contents } of outputFiles) {
    writeFileSync(path.join(PROGRAMS, path.basename(file)), contents);
  }
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  const names = imports
    .filter(({ path: name, external }) => external === true && !isBuiltin(name))
    .map(({ path: name }) =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/'),
    );
  return new Set(names);
};

/** Compiles the types, and keeps those that the library's own refer to. */
const buildTypes = (): void => {
  const compiler = path.join(ROOT, 'node_modules/typescript/bin/tsc');
  const project = path.join(ROOT, 'lib/package/tsconfig.json');
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', project], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`tsc failed:\n${stdout}`);
  const used = new Set<string>();
  const rewrite = (file: string): void => {
    if (used.has(file)) return;
    used.add(file);
    const text = readFileSync(file, 'utf8').replaceAll(
      /((?:from |import\()['"])(\.[^'"]*)\.ts(['"])/g,
      (_import, before: string, source: string, after: string) => {
        rewrite(path.resolve(path.dirname(file), `${source}.d.ts`));
        return `${before}${source}.js${after}`;
      },
    );
    writeFileSync(file, text);
  };
  rewrite(path.join(TYPES, 'lib/index.d.ts'));
  for (const name of readdirSync(TYPES, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(TYPES, name);
    if (name.endsWith('.d.ts') && !used.has(file)) rmSync(file);
  }
};

/**
 * The manifest, with the versions that the tests ran with. AWS is used from a clone only, so its clients are no dependencies. An override
 * of another package's dependency has no effect there, but one of its own is used by that package, too.
 */
const manifestOf = (root: Manifest, { packages }: PackageLock, imported: ReadonlySet<string>) => {
  const { version, description, license, engines, dependencies, overrides } = root;
  const isNeeded = (name: string): boolean =>
    imported.has(name) && !name.startsWith('@aws-sdk/') && name !== FETCHED_LATER;
  const tested = (name: string) => {
    const folder = `node_modules/${name}`;
    // Only an override may be in the folder of another package alone.
    const nested = Object.keys(packages).find((key) => key.endsWith(`/${folder}`)) ?? '';
    return [name, (packages[folder] ?? packages[nested])?.version] as const;
  };
  const needed = [...Object.keys(dependencies).filter(isNeeded), ...Object.keys(overrides)];
  return {
    name: 'serving-compare',
    version,
    description,
    license,
    type: 'module',
    bin: { 'serving-compare': 'bin/serving-compare.js' },
    exports: {
      '.': { types: './types/lib/index.d.ts', default: './programs/lib-index.js' },
      './package.json': './package.json',
    },
    engines,
    dependencies: Object.fromEntries(needed.toSorted().map(tested)),
    peerDependencies: Object.fromEntries([tested(FETCHED_LATER)]),
    peerDependenciesMeta: { [FETCHED_LATER]: { optional: true } },
  };
};

rmSync(PACKAGE, { recursive: true, force: true });
mkdirSync(PROGRAMS, { recursive: true });
for (const name of FILES) {
  cpSync(path.join(ROOT, name), path.join(PACKAGE, name), {
    recursive: true,
    filter: (file) =>
      file === path.join(ROOT, name) || !/(\.ts|\.md|\.pyc|__pycache__)$/.test(file),
  });
}
const imported = await buildPrograms();
buildTypes();
const lock = readJson('package-lock.json') as PackageLock;
const manifest = manifestOf(readJson('package.json') as Manifest, lock, imported);
const names = [...Object.keys(manifest.dependencies), FETCHED_LATER];
writeFileSync(path.join(PACKAGE, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
writeFileSync(path.join(PACKAGE, 'licences.md'), licencesOf(lock, names));
