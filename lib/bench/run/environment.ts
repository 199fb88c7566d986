import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, release, totalmem, type, version } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Plan } from '../plan/plan.ts';
import type { Environment } from '../results/environment.ts';
import { projectRoot } from './project.ts';

/** The packages whose version may change a figure. */
const MEASURING_PACKAGES = ['fastify', 'undici', 'sharp', 'onnxruntime-node', 'hdr-histogram-js'];

const packageVersion = async (...folder: string[]): Promise<string> => {
  const file = path.join(projectRoot, ...folder, 'package.json');
  return (JSON.parse(await readFile(file, 'utf8')) as { version: string }).version;
};

const collectVersions = async (): Promise<Readonly<Record<string, string>>> => ({
  'serving-compare': await packageVersion(),
  node: process.versions.node,
  ...Object.fromEntries(
    await Promise.all(
      MEASURING_PACKAGES.map(async (name) => [name, await packageVersion('node_modules', name)]),
    ),
  ),
});

const git = async (...args: string[]): Promise<string> =>
  (await promisify(execFile)('git', args, { cwd: projectRoot })).stdout.trim();

const findCommit = async (): Promise<Environment['commit']> => {
  try {
    const [hash, changes] = await Promise.all([git('rev-parse', 'HEAD'), git('status', '--short')]);
    return { hash, dirty: changes !== '' };
  } catch {
    // No git, or not a checkout: then there is no commit to name.
    return null;
  }
};

/** Finds out where and with what a plan runs. */
export const collectEnvironment = async (
  plan: Plan,
  middlewareProcesses: number,
): Promise<Environment> => ({
  where: 'local',
  machine: {
    cpuModel: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    os: `${type()} ${version()}`,
    kernel: release(),
    architecture: process.arch,
  },
  versions: await collectVersions(),
  commit: await findCommit(),
  processes: { middleware: middlewareProcesses, serving: 1, load: 1 },
  model: plan.model,
  seed: plan.seed,
});
