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
import { filesBelow, hashOf, sha256Of, type PackedFile } from './file-list.ts';
import { packerSources, runtimeSources, sourceCommit } from './runtime-sources.ts';
import { writeArchive } from './write-archive.ts';

/** Packages as the nodes need them, which are Amazon Linux 2023 on x86_64; no script of a package runs. */
const NPM_ARGUMENTS = [
  'ci',
  '--omit=dev',
  '--ignore-scripts',
  '--os=linux',
  '--cpu=x64',
  '--libc=glibc',
] as const;

/** What npm makes the packages of. */
const PACKAGE_FILES = ['package.json', 'package-lock.json', '.npmrc'] as const;

/** SHA-256 (hex) over everything that a bundle is made of but its commit: known without making it. */
export const bundleHash = (root: string): string =>
  hashOf([...runtimeSources(root), ...packerSources(root), ...packageFiles(root)]);

const packageFiles = (root: string): readonly PackedFile[] =>
  PACKAGE_FILES.filter((name) => existsSync(path.join(root, name))).flatMap((name) =>
    filesBelow(root, name),
  );

/** Fetches the packages into a folder of their own, once for each lock file. */
const fetchPackages = (root: string, cache: string): string => {
  const lock = readFileSync(path.join(root, 'package-lock.json'));
  const folder = path.join(cache, `packages-${sha256Of(lock).slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}.unfinished`;
  mkdirSync(unfinished, { recursive: true });
  for (const { name, place } of packageFiles(root)) cpSync(place, path.join(unfinished, name));
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

/** Whether a file of a package is read on a node: no text for people, no program for another machine. */
const isOfNode = (name: string): boolean =>
  !/\.(md|markdown|map|d\.ts|d\.mts|d\.cts|tsbuildinfo)$/.test(name) &&
  !/^node_modules\/onnxruntime-node\/bin\/napi-v\d+\/(?!linux(\/x64(\/|$)|$))/.test(name);

/** The files of the packages that a node needs. */
export const packagesOfNodes = (root: string, cache: string): readonly PackedFile[] =>
  filesBelow(fetchPackages(root, cache), 'node_modules', isOfNode);

export interface BuildOptions {
  /** Folder of the project. */
  readonly root: string;
  /** Folder for archives and fetched packages. */
  readonly cache: string;
}

/**
 * Makes the archive that nodes unpack: the runtime part of the project with its packages for the nodes' platform.
 *
 * It says of which commit it is. Nodes are not made anew where only that changes, so theirs may be an older one of the same files.
 *
 * @returns its path; where it was made before, nothing is done
 */
export const buildBundle = async ({ root, cache }: BuildOptions): Promise<string> => {
  const commit = sourceCommit(root);
  const place = path.join(cache, `bundle-${bundleHash(root)}-${commit}.tar.gz`);
  if (existsSync(place)) return place;
  mkdirSync(cache, { recursive: true });
  writeFileSync(path.join(cache, 'commit'), commit);
  await writeArchive(place, [
    ...filesBelow(cache, 'commit'),
    ...runtimeSources(root),
    ...filesBelow(root, 'package.json'),
    ...packagesOfNodes(root, cache),
  ]);
  return place;
};

/** SHA-256 (hex) over the models of a folder. */
export const modelsHash = (folder: string): string => hashOf(filesBelow(folder, '.'));

/**
 * Makes the archive of the models.
 *
 * @returns its path; where it was made before, nothing is done
 */
export const buildModels = async (folder: string, cache: string): Promise<string> => {
  const place = path.join(cache, `models-${modelsHash(folder)}.tar.gz`);
  if (!existsSync(place)) await writeArchive(place, filesBelow(folder, '.'));
  return place;
};

/** The archives of this project: what they are made of is known now, they are made when they are published. */
export const projectArchives = (root: string, models: string | undefined) => {
  const packer = ['node', path.join(root, 'bin/bundle.js')];
  return {
    bundle: { sourceHash: bundleHash(root), command: [...packer, 'bundle'] },
    models:
      models === undefined
        ? undefined
        : { sourceHash: modelsHash(models), command: [...packer, 'models', models] },
  };
};
