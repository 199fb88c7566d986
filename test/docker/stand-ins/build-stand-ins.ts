import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pack, type Pack } from 'tar-stream';
import {
  type BundledFile,
  filesBelow,
  hashOf,
  sha256Of,
} from '../../../lib/aws/bundle/file-list.ts';
import { type DockerDaemon, startDockerDaemon } from '../support/docker-daemon.ts';
import { findProgram } from '../support/programs.ts';
import type { Registry } from '../support/registry.ts';
import { importDebian, STAND_INS_CACHE } from './debian-root.ts';
import { packagesOfNodes } from '../../../lib/aws/bundle/bundle.ts';

const ROOT = join(import.meta.dirname, '../../..');
/** The certificate authorities that this machine trusts. */
const CA_BUNDLE = process.env['SSL_CERT_FILE'] ?? '/etc/ssl/certs/ca-certificates.crt';

/** The files of a folder, by default of the stand-ins, below `name` in the context. */
const filesOf = (name: string, from = join(import.meta.dirname, name)): readonly BundledFile[] =>
  filesBelow(from, '.', (file) => !file.includes('__pycache__')).map((file) => ({
    ...file,
    name: `${name}/${file.name}`,
  }));

const referenceServing = (): readonly BundledFile[] =>
  [
    ...filesBelow(ROOT, 'serving-configs', (name) => !/\.(md|binpb|py|pyc)$/.test(name)),
    ...filesBelow(ROOT, 'bin/typescript.js'),
    ...filesBelow(ROOT, 'bin/import-typescript.js'),
    ...filesBelow(ROOT, 'bin/compile-typescript.js'),
    ...filesBelow(ROOT, 'bin/node-version.js'),
    ...filesBelow(ROOT, 'package.json'),
    ...filesBelow(ROOT, 'tsconfig.json'),
    ...packagesOfNodes(ROOT, join(ROOT, '.cache/archives')),
  ].map((file) => ({ ...file, name: `project/${file.name}` }));

/** The files of an image with the simulated server. */
const simulated = (folder: string): readonly BundledFile[] => [
  ...filesOf(folder),
  ...filesOf('simulated'),
  { name: 'node', file: process.execPath },
  ...referenceServing(),
];

/** The files of the build context of each image, by the folder of its Dockerfile. */
const CONTEXTS = {
  python: () => [...filesOf('python'), { name: 'python/ca-certificates.crt', file: CA_BUNDLE }],
  golang: () => filesOf('golang'),
  frameworks: () => filesOf('frameworks'),
  torchserve: () => filesOf('torchserve'),
  tfserving: () => [
    ...filesOf('tfserving'),
    ...filesOf('tfserving/stand-in', join(ROOT, 'serving-configs/platforms/tfserving/venv')),
  ],
  triton: () => filesOf('triton'),
  djl: () => simulated('djl'),
  ovms: () => simulated('ovms'),
} as const satisfies Readonly<Record<string, () => readonly BundledFile[]>>;

type StandInFolder = keyof typeof CONTEXTS;

/** Packs files into the tar that `docker build -` reads, so that nothing has to be copied into a folder. */
const tarOf = (files: readonly BundledFile[]): Pack => {
  const archive = pack();
  const fill = async (): Promise<void> => {
    for (const { name, file } of files) {
      // Some are programs.
      const header = { name, mode: 0o755, mtime: new Date(0) };
      const content = readFileSync(file);
      await new Promise<void>((resolve, reject) => {
        archive.entry(header, content, (error) => (error ? reject(error) : resolve()));
      });
    }
    archive.finalize();
  };
  fill().catch((error: unknown) => archive.destroy(error as Error));
  return archive;
};

/** Precedes the names of the originals, so that no stand-in is mistaken for one. */
const NAMESPACE = 'standin';

/** The prefix `127.0.0.1:PORT/standin` of the names of all stand-ins. */
export const prefixOf = ({ address }: Pick<Registry, 'address'>): string =>
  `${address}/${NAMESPACE}`;

const PYTHON = 'library/python:3.11-slim-bookworm' as const;
/** A common base image of several stand-ins. */
const FRAMEWORKS = 'frameworks:latest' as const;
/** An image with a minimal Debian, which is never pushed. */
const DEBIAN = 'debian:latest';

interface Recipe {
  readonly folder: StandInFolder;
  /** {@link DEBIAN} by default. */
  readonly base?: typeof PYTHON | typeof FRAMEWORKS;
}

/** In build order, so that the largest images are pushed while the others are built. */
const RECIPES = {
  [PYTHON]: { folder: 'python' },
  [FRAMEWORKS]: { folder: 'frameworks', base: PYTHON },
  'pytorch/torchserve:0.12.0-cpu': { folder: 'torchserve', base: FRAMEWORKS },
  'tensorflow/serving:2.19.1': { folder: 'tfserving', base: FRAMEWORKS },
  'nvidia/tritonserver:25.02-py3': { folder: 'triton', base: FRAMEWORKS },
  'openvino/model_server:2026.4.1': { folder: 'ovms', base: PYTHON },
  'deepjavalibrary/djl-serving:0.36.0-cpu-full': { folder: 'djl', base: PYTHON },
  'library/golang:1.26-bookworm': { folder: 'golang', base: PYTHON },
} as const satisfies Readonly<Record<string, Recipe>>;

type BuiltName = keyof typeof RECIPES;

/** The duration of a build, and the size of its image. */
export interface BuildStep {
  readonly image: string;
  readonly seconds: number;
  /** Including layers shared with other images. */
  readonly megabytes: number;
  /** Without the time of waiting for earlier pushes. */
  readonly pushSeconds?: number;
}

const secondsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
};

/** @throws Error with the end of the output if the build fails. */
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
  // If the client ends early, it closes its input, and its exit code tells the failure.
  await pipeline(tarOf(CONTEXTS[folder]()), child.stdin).catch(() => undefined);
  const [exitCode] = await closed;
  if (exitCode !== 0) throw new Error(`${image} was not built:\n${printed.slice(-5_000)}`);
};

const megabytesOf = async ({ docker }: DockerDaemon, image: string): Promise<number> =>
  Number(await docker('image', 'inspect', '--format', '{{.Size}}', image)) / 1e6;

/** The images of the registry that keeps the stand-ins from run to run. */
export const KEPT_IMAGES = join(STAND_INS_CACHE, 'registry');
/** The hashes of the sources of these images, by name. */
const KEPT_HASHES = join(STAND_INS_CACHE, 'registry.json');

const readKeptHashes = (): Readonly<Record<string, string>> =>
  existsSync(KEPT_HASHES)
    ? (JSON.parse(readFileSync(KEPT_HASHES, 'utf8')) as Readonly<Record<string, string>>)
    : {};

/** The hash of all sources of a stand-in, except the versions of Debian packages. */
const sourceHashOf = (name: BuiltName): string => {
  const { folder, base }: Recipe = RECIPES[name];
  const contextHash = hashOf(CONTEXTS[folder]());
  return base === undefined ? contextHash : sha256Of(`${contextHash} ${sourceHashOf(base)}`);
};

/**
 * Builds the stand-ins that are missing in the registry of {@link KEPT_IMAGES} or have changed, in a separate daemon, and pushes
 * them as `127.0.0.1:PORT/standin/NAME`.
 * @throws Error with the end of the output if one cannot be built.
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

  /** Pushes images one after the other while others are built: pushing needs the CPU, and building waits for the network. */
  const push = (name: BuiltName, seconds: number, hash: string): void => {
    const image = imageOf(name);
    pushes = pushes.then(async () => {
      const pushSeconds = await secondsOf(() => daemon.docker('push', '--quiet', image));
      writeFileSync(KEPT_HASHES, JSON.stringify({ ...readKeptHashes(), [name]: hash }));
      report({ image, seconds, pushSeconds, megabytes: await megabytesOf(daemon, image) });
    });
    // An error is thrown below, where `pushes` is awaited.
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
