import { portsOf } from '../index.ts';
import type { ServingManifest } from '../manifest.ts';
import { UsageError } from '../reference/usage-error.ts';

/** The one container of a serving node; its name is also in the unit, which removes what is left of it. */
export const CONTAINER_NAME = 'serving-compare-serving';

export interface ContainerPlace {
  readonly image: string;
  /** Ports are published on this address only. */
  readonly address: string;
  /** Where the models of all platforms lie. */
  readonly modelsFolder: string;
  /** The platform's folder of this project, with its configuration files. */
  readonly platformFolder: string;
  /** Default: the one of a serving node. */
  readonly name?: string;
  /** Port of the address by port of the container. Default: the same. */
  readonly hostPorts?: ReadonlyMap<number, number>;
  /** Whether the container gets the GPUs. Default: it does. */
  readonly gpus?: boolean;
}

/**
 * The arguments of `docker` that run a serving in the foreground.
 * @throws UsageError where the manifest does not say how it runs as a container.
 */
export const dockerArguments = (
  manifest: ServingManifest,
  place: ContainerPlace,
): readonly string[] => {
  const { image, address, modelsFolder, platformFolder, hostPorts, gpus = true } = place;
  const { container, title } = manifest;
  if (container === undefined) {
    throw new UsageError(
      `the manifest of ${title} does not say how it runs as a container`,
      'add its "container", or deploy with the runtime "reference"',
    );
  }
  const mounts = [
    `type=bind,source=${modelsFolder}/${container.models.folder},target=${container.models.mountedAt},readonly`,
    ...Object.entries(container.config ?? {}).map(
      ([file, target]) => `type=bind,source=${platformFolder}/${file},target=${target},readonly`,
    ),
  ];
  return [
    'run',
    '--name',
    place.name ?? CONTAINER_NAME,
    // Nothing of it stays, so that each start is a first one.
    '--rm',
    // A process with the number 1 that hands signals on and buries the dead: some images have a shell there, which does not.
    '--init',
    // Images come with the bootstrap, by digest: a download at start would count as start-up time.
    '--pull',
    'never',
    ...(gpus ? ['--gpus', 'all'] : []),
    '--shm-size',
    container.sharedMemory ?? '1g',
    '--ulimit',
    'nofile=1048576:1048576',
    // Its output goes through this process to the journal, which bounds it; a second copy would only cost disk writes.
    '--log-driver',
    'none',
    ...portsOf(manifest).flatMap((port) => [
      '--publish',
      `${address}:${hostPorts?.get(port) ?? port}:${port}/tcp`,
    ]),
    ...mounts.flatMap((mount) => ['--mount', mount]),
    ...Object.entries(container.environment ?? {}).flatMap(([name, value]) => [
      '--env',
      `${name}=${value}`,
    ]),
    ...(container.entrypoint === undefined ? [] : ['--entrypoint', container.entrypoint]),
    image,
    ...container.command,
  ];
};
