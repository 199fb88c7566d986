import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { hashOf, sha256Of } from '../../../lib/bundle/file-list.ts';
import { startDockerDaemon, type DockerDaemon } from '../support/docker-daemon.ts';
import { findProgram } from '../support/programs.ts';
import type { Registry } from '../support/registry.ts';
import { tarOf } from './build-context.ts';
import { CONTEXTS, type StandInFolder } from './contexts.ts';
import { importDebian, STAND_INS_CACHE } from './debian-root.ts';

/** Between the registry and the name of what is stood for, so that nobody takes a stand-in for the original. */
const NAMESPACE = 'standin';

/** The parts of `127.0.0.1:PORT/standin` that come before the names of the stand-ins. */
export const prefixOf = ({ address }: Pick<Registry, 'address'>): string =>
  `${address}/${NAMESPACE}`;

const PYTHON = 'python:3.11-slim-bookworm' as const;
/** What several stand-ins are built on and share the layers of; it stands for nothing. */
const FRAMEWORKS = 'frameworks:latest' as const;
/** The files of a Debian; never pushed. */
const DEBIAN = 'debian:latest';

interface Recipe {
  readonly folder: StandInFolder;
  /** Default: the files of a Debian. */
  readonly base?: typeof PYTHON | typeof FRAMEWORKS;
}

/** In the order in which they are built: the largest are pushed while the others are built. */
const RECIPES = {
  [PYTHON]: { folder: 'python' },
  [FRAMEWORKS]: { folder: 'frameworks', base: PYTHON },
  'pytorch/torchserve:0.12.0-cpu': { folder: 'torchserve', base: FRAMEWORKS },
  'tensorflow/serving:2.19.1': { folder: 'tfserving', base: FRAMEWORKS },
  'nvidia/tritonserver:25.02-py3': { folder: 'triton', base: FRAMEWORKS },
  'openvino/model_server:2026.4.1': { folder: 'ovms', base: PYTHON },
  'golang:1.26-bookworm': { folder: 'golang', base: PYTHON },
} as const satisfies Readonly<Record<string, Recipe>>;

type BuiltName = keyof typeof RECIPES;

/** How long an image took, and how large it is. */
export interface BuildStep {
  readonly image: string;
  readonly seconds: number;
  /** With the layers that it shares with others. */
  readonly megabytes: number;
  /** Behind the images before it, of those layers that the registry had not. */
  readonly pushSeconds?: number;
}

const secondsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
};

/** Builds one Dockerfile. Throws with the end of what was printed where that fails. */
const build = async (
  daemon: DockerDaemon,
  folder: StandInFolder,
  image: string,
  baseImage: string,
): Promise<void> => {
  const args = ['build', '--tag', image, '--build-arg', `BASE_IMAGE=${baseImage}`];
  const child = spawn(findProgram('docker'), [...args, '--file', `${folder}/Dockerfile`, '-'], {
    env: daemon.env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  }
  const closed = once(child, 'close') as Promise<[number | null]>;
  // A client that ends early closes its input; its exit code tells.
  await pipeline(tarOf(CONTEXTS[folder]()), child.stdin).catch(() => undefined);
  const [exitCode] = await closed;
  if (exitCode !== 0) throw new Error(`${image} was not built:\n${printed.slice(-5_000)}`);
};

const megabytesOf = async ({ docker }: DockerDaemon, image: string): Promise<number> =>
  Number(await docker('image', 'inspect', '--format', '{{.Size}}', image)) / 1e6;

/** The images of the registry that keeps the stand-ins from run to run. */
export const KEPT_IMAGES = join(STAND_INS_CACHE, 'registry');
/** By the name of each image there, the hash of what it was built from. */
const KEPT_HASHES = join(STAND_INS_CACHE, 'registry.json');

const readKeptHashes = (): Readonly<Record<string, string>> =>
  existsSync(KEPT_HASHES)
    ? (JSON.parse(readFileSync(KEPT_HASHES, 'utf8')) as Readonly<Record<string, string>>)
    : {};

/** Of all that a stand-in is built from, but the versions of Debian's packages. */
const sourceHashOf = (name: BuiltName): string => {
  const { folder, base }: Recipe = RECIPES[name];
  const own = hashOf(CONTEXTS[folder]());
  return base === undefined ? own : sha256Of(`${own} ${sourceHashOf(base)}`);
};

/**
 * Builds those stand-ins for official images that the registry of {@link KEPT_IMAGES} lacks or has from other sources, in a daemon of
 * their own, and pushes them as `127.0.0.1:PORT/standin/NAME`.
 * @throws Error with the end of the builder's output where one cannot be built.
 */
export const buildStandIns = async (
  registry: Pick<Registry, 'address'>,
  report: (step: BuildStep) => void,
): Promise<void> => {
  const kept = readKeptHashes();
  const wanted = (Object.keys(RECIPES) as BuiltName[])
    .map((name) => ({ name, hash: sourceHashOf(name) }))
    .filter(({ name, hash }) => kept[name] !== hash);
  if (wanted.length === 0) return;
  const daemon = await startDockerDaemon();
  const prefix = prefixOf(registry);
  const imageOf = (name: BuiltName): string => `${prefix}/${name}`;
  let pushes: Promise<void> = Promise.resolve();

  /** One after the other, beside what is built: pushing packs, and building waits for the network. */
  const push = (name: BuiltName, seconds: number, hash: string): void => {
    const image = imageOf(name);
    pushes = pushes.then(async () => {
      const pushSeconds = await secondsOf(() => daemon.docker('push', '--quiet', image));
      writeFileSync(KEPT_HASHES, JSON.stringify({ ...readKeptHashes(), [name]: hash }));
      report({ image, seconds, pushSeconds, megabytes: await megabytesOf(daemon, image) });
    });
    // Thrown below, where all is awaited.
    pushes.catch(() => undefined);
  };

  try {
    for (const { name, hash } of wanted) {
      const { folder, base }: Recipe = RECIPES[name];
      if (base === undefined) await importDebian(daemon, DEBIAN);
      const baseImage = base === undefined ? DEBIAN : imageOf(base);
      push(name, await secondsOf(() => build(daemon, folder, imageOf(name), baseImage)), hash);
    }
  } finally {
    await pushes.finally(() => daemon.stop());
  }
};
