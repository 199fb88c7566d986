import { execFile } from 'node:child_process';
import { readFile, realpath } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readMachine } from '../../aws/node/system/machine.ts';
import type { Plan } from '../model/plan.ts';
import type { Environment } from '../model/environment.ts';
import { findK6 } from '../load/k6/k6-process.ts';
import { projectRoot } from '../../../serving-configs/installation.ts';

/** Packages whose version may affect the figures. */
const PACKAGES = [
  'fastify',
  'undici',
  'protobufjs',
  'sharp',
  'onnxruntime-node',
  'hdr-histogram-js',
];

const versionIn = async (folder: string): Promise<string | undefined> => {
  try {
    const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
      readonly version?: string;
    };
    return manifest.version;
  } catch {
    return undefined;
  }
};

const versions = async (): Promise<Readonly<Record<string, string>>> => {
  const found: Record<string, string> = { node: process.versions.node };
  const projectVersion = await versionIn(projectRoot);
  if (projectVersion !== undefined) found['serving-compare'] = projectVersion;
  // An installed package finds its packages beside or below itself.
  const folders = createRequire(join(projectRoot, 'package.json')).resolve.paths('fastify') ?? [];
  for (const name of PACKAGES) {
    const known = await Promise.all(folders.map((folder) => versionIn(join(folder, name))));
    const version = known.find((candidate) => candidate !== undefined);
    if (version !== undefined) found[name] = version;
  }
  return found;
};

/** Empty for the embedded load generator, which has the version of the project. */
const loadGeneratorVersion = async ({ options }: Plan): Promise<Readonly<Record<string, string>>> =>
  options.loadGenerator === 'k6' ? { k6: (await findK6()).version } : {};

const git = async (...args: readonly string[]): Promise<string> => {
  const { stdout } = await promisify(execFile)('git', ['-C', projectRoot, ...args]);
  return stdout.trim();
};

/** Null if the project is not the root of a git checkout. */
const commit = async (): Promise<Environment['commit']> => {
  try {
    const top = await realpath(await git('rev-parse', '--show-toplevel'));
    if (top !== (await realpath(projectRoot))) return null;
    const hash = await git('rev-parse', 'HEAD');
    return { hash, dirty: (await git('status', '--porcelain')) !== '' };
  } catch {
    return null;
  }
};

/** Describes the machine and the software that a plan runs on. */
export const collectEnvironment = async (
  plan: Plan,
  processes: Environment['processes'],
): Promise<Environment> => ({
  where: 'local',
  machine: await readMachine(),
  versions: { ...(await versions()), ...(await loadGeneratorVersion(plan)) },
  commit: await commit(),
  processes,
  seed: plan.seed,
});
