import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { filesBelow, hashOf, sha256Of, type BundledFile } from './file-list.ts';
import { packerSources, runtimeSources, sourceCommit } from './runtime-sources.ts';
import { writeArchive } from './write-archive.ts';

/** Installs packages for the nodes (Amazon Linux 2023 on x86_64), without running their install scripts. */
const NPM_ARGUMENTS = [
  'ci',
  '--omit=dev',
  '--ignore-scripts',
  '--os=linux',
  '--cpu=x64',
  '--libc=glibc',
] as const;

/** The files that npm needs to install the packages. */
const PACKAGE_FILES = ['package.json', 'package-lock.json', '.npmrc'] as const;

/** SHA-256 (hex) over everything that a bundle is built from except its commit; known without building it. */
export const bundleHash = (root: string): string =>
  hashOf([...runtimeSources(root), ...packerSources(root), ...packageFiles(root)]);

const packageFiles = (root: string): readonly BundledFile[] =>
  PACKAGE_FILES.filter((name) => existsSync(path.join(root, name))).flatMap((name) =>
    filesBelow(root, name),
  );

/** Installs the packages into their own folder, once for each lock file. */
const fetchPackages = (root: string, cache: string): string => {
  const lock = readFileSync(path.join(root, 'package-lock.json'));
  const folder = path.join(cache, `packages-${sha256Of(lock).slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}.unfinished`;
  mkdirSync(unfinished, { recursive: true });
  for (const { name, file } of packageFiles(root)) cpSync(file, path.join(unfinished, name));
  const command = `npm ${NPM_ARGUMENTS.join(' ')}`;
  process.stderr.write(`fetching the packages for the nodes: ${command}\n`);
  const { status } = spawnSync('npm', NPM_ARGUMENTS, {
    cwd: unfinished,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    rmSync(unfinished, { recursive: true });
    throw new Error(`${command} ended with exit code ${status}; its output is above`);
  }
  renameSync(unfinished, folder);
  return folder;
};

/** Whether a node needs a file of a package. It needs no documentation, types, source maps, or binaries of other platforms. */
const isNeeded = (name: string): boolean =>
  !/\.(md|markdown|map|d\.ts|d\.mts|d\.cts|tsbuildinfo)$/.test(name) &&
  !/^node_modules\/onnxruntime-node\/bin\/napi-v\d+\/(?!linux(\/x64(\/|$)|$))/.test(name);

/** Lists the files of the packages that a node needs. */
export const packagesOfNodes = (root: string, cache: string): readonly BundledFile[] =>
  filesBelow(fetchPackages(root, cache), 'node_modules', isNeeded);

export interface BuildOptions {
  /** Folder of the project. */
  readonly root: string;
  /** Folder for archives and installed packages. */
  readonly cache: string;
}

/**
 * Builds the archive that nodes unpack, unless it exists: the runtime part of the project, its packages for the nodes'
 * platform, and a file with its commit. A change of the commit alone does not replace nodes, so they may have the bundle of
 * an older commit with the same files.
 *
 * @returns the path of the archive
 */
export const buildBundle = async ({ root, cache }: BuildOptions): Promise<string> => {
  const commit = sourceCommit(root);
  const archive = path.join(cache, `bundle-${bundleHash(root)}-${commit}.tar.gz`);
  if (existsSync(archive)) return archive;
  mkdirSync(cache, { recursive: true });
  writeFileSync(path.join(cache, 'commit'), commit);
  await writeArchive(archive, [
    ...filesBelow(cache, 'commit'),
    ...runtimeSources(root),
    ...filesBelow(root, 'package.json'),
    ...packagesOfNodes(root, cache),
  ]);
  return archive;
};

/** SHA-256 (hex) over the models in a folder. */
export const modelsHash = (folder: string): string => hashOf(filesBelow(folder, '.'));

/** Builds the archive of the models in a folder, unless it exists, and returns its path. */
export const buildModels = async (folder: string, cache: string): Promise<string> => {
  const archive = path.join(cache, `models-${modelsHash(folder)}.tar.gz`);
  if (!existsSync(archive)) await writeArchive(archive, filesBelow(folder, '.'));
  return archive;
};

/** Describes the archives of this project: the hash of their sources, and the command that builds them when they are published. */
export const projectArchives = (root: string, models: string | undefined) => {
  const program = ['node', path.join(root, 'bin/bundle.js')];
  return {
    bundle: { sourceHash: bundleHash(root), command: [...program, 'bundle'] },
    models:
      models === undefined
        ? undefined
        : { sourceHash: modelsHash(models), command: [...program, 'models', models] },
  };
};
