import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import type { DockerDaemon } from '../support/docker-daemon.ts';
import { findProgram } from '../support/programs.ts';
import type { Registry } from '../support/registry.ts';
import { tarOf } from './build-context.ts';
import { CONTEXTS, type StandInFolder } from './contexts.ts';
import { importDebian } from './debian-root.ts';
import type { OfficialName } from './official-images.ts';

/** Between the registry and the name of what is stood for, so that nobody takes a stand-in for the original. */
export const NAMESPACE = 'standin';

/** The parts of `127.0.0.1:PORT/standin` that come before the names of the stand-ins. */
export const prefixOf = ({ address }: Pick<Registry, 'address'>): string =>
  `${address}/${NAMESPACE}`;

export type StandInName = OfficialName | 'python:3.11-slim-bookworm' | 'golang:1.26-bookworm';

interface Recipe {
  readonly folder: StandInFolder;
  /** What it is built on: the argument of its Dockerfile. */
  readonly base: 'ROOT' | 'PYTHON_IMAGE' | 'FRAMEWORKS_IMAGE';
}

const RECIPES = {
  'python:3.11-slim-bookworm': { folder: 'python', base: 'ROOT' },
  'golang:1.26-bookworm': { folder: 'golang', base: 'PYTHON_IMAGE' },
  'openvino/model_server:2026.4.1': { folder: 'ovms', base: 'PYTHON_IMAGE' },
  'pytorch/torchserve:0.12.0-cpu': { folder: 'torchserve', base: 'FRAMEWORKS_IMAGE' },
  'tensorflow/serving:2.19.1': { folder: 'tfserving', base: 'FRAMEWORKS_IMAGE' },
  'nvidia/tritonserver:25.02-py3': { folder: 'triton', base: 'FRAMEWORKS_IMAGE' },
} as const satisfies Readonly<Record<StandInName, Recipe>>;

export const STAND_IN_NAMES = Object.keys(RECIPES) as readonly StandInName[];

/** Never pushed: what the others are built on. */
const LOCAL = { ROOT: 'debian-root', FRAMEWORKS_IMAGE: 'frameworks' } as const;

export interface StandIn {
  readonly name: StandInName;
  /** With its tag. */
  readonly image: string;
  /** With its digest, as a deployment names images. */
  readonly imageWithDigest: string;
}

/** How long a step took, and how large its image is. */
export interface BuildStep {
  readonly image: string;
  readonly seconds: number;
  readonly megabytes: number;
  readonly pushSeconds?: number;
}

export interface BuildOptions {
  /** Default: all. */
  readonly names?: readonly StandInName[];
  readonly report?: (step: BuildStep) => void;
}

const secondsOf = async (work: () => Promise<void>): Promise<number> => {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
};

/** Builds one Dockerfile. Throws with the end of what was printed where that fails. */
const build = async (
  daemon: DockerDaemon,
  folder: StandInFolder,
  image: string,
  argument: string,
): Promise<void> => {
  const args = ['build', '--tag', image, '--build-arg', argument];
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

const digestOf = async ({ docker }: DockerDaemon, image: string): Promise<string> => {
  const text = await docker('image', 'inspect', '--format', '{{json .RepoDigests}}', image);
  const repository = image.slice(0, image.lastIndexOf(':'));
  const found = (JSON.parse(text) as readonly string[]).find((name) =>
    name.startsWith(`${repository}@`),
  );
  if (found === undefined) throw new Error(`${image} has no digest: it was not pushed`);
  return found;
};

/**
 * Builds the stand-ins for official images and pushes them to a registry as `127.0.0.1:PORT/standin/NAME`.
 * @throws Error with the end of the builder's output where one cannot be built.
 */
export const buildStandIns = async (
  daemon: DockerDaemon,
  registry: Pick<Registry, 'address'>,
  { names = STAND_IN_NAMES, report = () => undefined }: BuildOptions = {},
): Promise<readonly StandIn[]> => {
  const prefix = prefixOf(registry);
  const done = new Map<string, Promise<void>>();

  /** Each image once, however many are built on it. */
  const onlyOnce = (image: string, make: () => Promise<void>): Promise<void> => {
    const known = done.get(image) ?? make();
    done.set(image, known);
    return known;
  };

  const step = async (image: string, make: () => Promise<void>, push = false): Promise<void> => {
    const seconds = await secondsOf(make);
    const pushSeconds = push
      ? await secondsOf(async () => void (await daemon.docker('push', '--quiet', image)))
      : undefined;
    const megabytes = await megabytesOf(daemon, image);
    report({ image, seconds, megabytes, ...(pushSeconds === undefined ? {} : { pushSeconds }) });
  };

  const python = `${prefix}/python:3.11-slim-bookworm`;
  const bases = {
    ROOT: () =>
      onlyOnce(LOCAL.ROOT, () => step(LOCAL.ROOT, () => importDebian(daemon, LOCAL.ROOT))),
    PYTHON_IMAGE: () => standIn('python:3.11-slim-bookworm'),
    FRAMEWORKS_IMAGE: () =>
      onlyOnce(LOCAL.FRAMEWORKS_IMAGE, async () => {
        await bases.PYTHON_IMAGE();
        const image = LOCAL.FRAMEWORKS_IMAGE;
        await step(image, () => build(daemon, 'frameworks', image, `PYTHON_IMAGE=${python}`));
      }),
  };
  const baseImages = { ...LOCAL, PYTHON_IMAGE: python };

  const standIn = (name: StandInName): Promise<void> => {
    const { folder, base } = RECIPES[name];
    const image = `${prefix}/${name}`;
    return onlyOnce(image, async () => {
      await bases[base]();
      await step(image, () => build(daemon, folder, image, `${base}=${baseImages[base]}`), true);
    });
  };

  // One after the other: each uses all cores by itself, and a push waits for the disk.
  for (const name of names) await standIn(name);
  return Promise.all(
    names.map(async (name) => {
      const image = `${prefix}/${name}`;
      return { name, image, imageWithDigest: await digestOf(daemon, image) };
    }),
  );
};
