import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { manifestOf, servingNames, type ServingName } from '../../../serving-configs/index.ts';
import { BenchError, messageOf, systemCodeOf } from '../errors.ts';
import type { RuntimeEntry } from './runtime-entry.ts';

/** What the containers of this machine are made from, from the configuration of the deployment. */
export interface ContainerSources {
  /** Image with its digest, by serving. */
  readonly images: Readonly<Partial<Record<ServingName, string>>>;
  /** Folder with the models of all platforms; undefined: none. */
  readonly models: string | undefined;
}

const ASK_MS = 20_000;

const docker = async (...args: readonly string[]): Promise<string> =>
  (await promisify(execFile)('docker', [...args], { timeout: ASK_MS })).stdout.trim();

/** What a program that failed said last; before it, the message has the whole command. */
const lastLineOf = (message: string): string => message.trim().split('\n').at(-1) ?? '';

/**
 * Makes sure that containers can be started on this machine.
 *
 * @throws BenchError where there is no docker command, or no daemon behind it that this user may use.
 */
export const demandDocker = async (): Promise<void> => {
  try {
    await docker('version', '--format', '{{.Server.Version}}');
  } catch (error) {
    const isMissing = systemCodeOf(error) === 'ENOENT';
    throw new BenchError(
      'BENCH_NO_DOCKER',
      isMissing
        ? 'there is no docker command on this machine'
        : `docker does not answer: ${lastLineOf(messageOf(error))}`,
      {
        hint: isMissing
          ? 'install Docker, or take --runtime venv, which needs none'
          : 'start its daemon and see that this user may use it, or take --runtime venv',
        cause: error,
      },
    );
  }
};

const missingFiles = (serving: ServingName, models: string): readonly string[] => {
  const { folder = '', files = [] } = manifestOf(serving).container?.models ?? {};
  return files.map((file) => join(models, folder, file)).filter((file) => !existsSync(file));
};

const entryOf = async (
  serving: ServingName,
  { images, models }: ContainerSources,
): Promise<RuntimeEntry> => {
  const { container, title } = manifestOf(serving);
  const image = images[serving];
  if (container === undefined) {
    return { serving, state: 'impossible', reason: 'its manifest names no container' };
  }
  if (image === undefined) {
    const reason = 'the configuration names no image of it (images)';
    return { serving, state: 'not-installed', reason };
  }
  const isHere = await docker('image', 'inspect', '--format', '{{.Id}}', image).then(
    () => true,
    () => false,
  );
  if (!isHere) {
    return { serving, state: 'not-installed', reason: `docker pull ${image} was not done`, image };
  }
  if (models === undefined) {
    const reason = 'the configuration names no folder of models (models)';
    return { serving, state: 'not-installed', reason, image };
  }
  const [missing] = missingFiles(serving, models);
  if (missing !== undefined) {
    return { serving, state: 'not-installed', reason: `${missing} is missing`, image };
  }
  const platform = `${title} in ${image.split('@')[0] ?? image}`;
  return { serving, state: 'installed', platform, engine: 'its container', real: true, image };
};

/**
 * Which containers could run on this machine, for every serving in the order of the manifests.
 *
 * @throws BenchError where there is no Docker.
 */
export const listDocker = async (sources: ContainerSources): Promise<readonly RuntimeEntry[]> => {
  await demandDocker();
  return Promise.all(servingNames.map((serving) => entryOf(serving, sources)));
};
