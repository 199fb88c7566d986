import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { hashOf, inOrder, sha256Of } from './file-list.ts';
import { holdsPackages, packageFiles } from './package-files.ts';
import {
  NODE_PLATFORM,
  productionPackages,
  type LockFile,
  type ProductionPackage,
} from './production-packages.ts';
import { packerSources, runtimeSources } from './runtime-sources.ts';
import { writeArchive } from './write-archive.ts';

/** Says which sources an archive was made from; the user data of the nodes compares. */
export const BUNDLE_ID_FILE = 'BUNDLE_ID';

const readJson = (root: string, file: string): unknown =>
  JSON.parse(readFileSync(path.join(root, file), 'utf8'));

/** The project's package.json without what nodes do not need, so that a new tool of the developers is no new bundle. */
const nodeManifest = (root: string): string => {
  const { name, version, license, type, bin, engines } = readJson(root, 'package.json') as Readonly<
    Record<string, unknown>
  >;
  const kept = { name, version, private: true, license, type, bin, engines };
  return `${JSON.stringify(kept, undefined, 2)}\n`;
};

const packagesOf = (root: string): readonly ProductionPackage[] =>
  productionPackages(readJson(root, 'package-lock.json') as LockFile);

/** SHA-256 (hex) over everything that a bundle is made of: known without making it. */
export const bundleHash = (root: string): string =>
  hashOf(
    [...runtimeSources(root), ...packerSources(root)],
    [NODE_PLATFORM, nodeManifest(root), packagesOf(root)],
  );

/** Packages for the nodes' platform, in a folder of their own; no script of a package runs. */
const fetchPackages = (root: string, cache: string): string => {
  const lock = readFileSync(path.join(root, 'package-lock.json'));
  const folder = path.join(cache, `packages-${sha256Of(lock).slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}.unfinished`;
  mkdirSync(unfinished, { recursive: true });
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
    if (existsSync(path.join(root, file))) {
      cpSync(path.join(root, file), path.join(unfinished, file));
    }
  }
  const { os, cpu, libc } = NODE_PLATFORM;
  const args = [
    'ci',
    '--omit=dev',
    '--ignore-scripts',
    `--os=${os}`,
    `--cpu=${cpu}`,
    `--libc=${libc}`,
  ];
  process.stderr.write(`fetching the packages for the nodes: npm ${args.join(' ')}\n`);
  const { status } = spawnSync('npm', args, {
    cwd: unfinished,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    rmSync(unfinished, { recursive: true });
    throw new Error(`npm ${args.join(' ')} ended with exit code ${status}; its words are above`);
  }
  renameSync(unfinished, folder);
  return folder;
};

export interface BuildOptions {
  /** Folder of the project. */
  readonly root: string;
  /** Folder for archives and fetched packages. */
  readonly cache: string;
}

/**
 * Makes the archive that nodes unpack: the runtime part of the project with its packages for the nodes' platform.
 *
 * @returns its path; where it was made before, nothing is done
 */
export const buildBundle = async ({ root, cache }: BuildOptions): Promise<string> => {
  const id = bundleHash(root);
  const place = path.join(cache, `bundle-${id}.tar.gz`);
  if (existsSync(place)) return place;
  const packages = packagesOf(root);
  // The developer's own packages will do where they are of the right platform, which their presence shows.
  const from = holdsPackages(root, packages) ? root : fetchPackages(root, cache);
  if (!holdsPackages(from, packages)) {
    throw new Error(`${from} lacks packages that package-lock.json names: remove it and try again`);
  }
  const files = inOrder([
    ...runtimeSources(root),
    ...packages.flatMap((wanted) => packageFiles(from, wanted)),
  ]);
  await writeArchive(place, files, [
    { name: BUNDLE_ID_FILE, content: `${id}\n` },
    { name: 'package.json', content: nodeManifest(root) },
  ]);
  return place;
};
