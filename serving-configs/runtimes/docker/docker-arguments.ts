import { portsOf } from '../../index.ts';
import type { Accelerator, OwnManifest } from '../../manifest.ts';
import type { TensorModel } from '../../models/tensors/tensor-model.ts';
import { MODELS_FOLDER, modelServed, servedModel } from '../served-model.ts';

/** The one container of a serving node; its name is also in the unit, which removes what is left of it. */
export const CONTAINER_NAME = 'serving-compare-serving';

export interface ContainerPlace {
  /** Reference that names one image and no other: with a digest, or the id of an image built here. */
  readonly image: string;
  readonly accelerator: Accelerator;
  /** Where its ports are published, on one address of this machine only; undefined: it uses the machine's own network. */
  readonly published?: {
    readonly address: string;
    /** Port of the address by port of the container. */
    readonly hostPorts: ReadonlyMap<number, number>;
  };
  /** Where the models of all platforms lie. */
  readonly modelsFolder: string;
  /** Further files of this machine, by their absolute paths inside the container; read-only. */
  readonly mounts?: Readonly<Record<string, string>>;
  /** A user's model, with the paths of its files inside the container; default: the model of the manifest. */
  readonly tensorModel?: TensorModel;
  /** The platform's folder of this project, with its configuration files. */
  readonly platformFolder: string;
  /** Default: the one of a serving node. */
  readonly name?: string;
  /** By which containers are found again. */
  readonly labels?: Readonly<Record<string, string>>;
}

const PROVIDERS: Readonly<Record<Accelerator, string>> = {
  cpu: 'CPUExecutionProvider',
  gpu: 'CUDAExecutionProvider',
};

/** A comma ends a field that is not in quotes. */
const quoted = (field: string): string =>
  /[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;

/** A file or folder of this machine inside the container. */
const mountOf = (source: string, target: string): string =>
  ['type=bind', `source=${source}`, `target=${target}`, 'readonly'].map(quoted).join(',');

const pairs = (option: string, values: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(values).flatMap(([name, value]) => [option, `${name}=${value}`]);

/** The arguments of `docker` that run a serving in the foreground. */
export const dockerArguments = (
  manifest: OwnManifest,
  place: ContainerPlace,
): readonly string[] => {
  const { image, accelerator, modelsFolder, platformFolder, published } = place;
  const { container, model } = manifest;
  const { application, entrypoint, command, commandOnCpu = [] } = container;
  const mounts = [
    mountOf(`${modelsFolder}/${container.models.folder}`, MODELS_FOLDER),
    ...Object.entries(container.config ?? {}).map(([file, target]) =>
      mountOf(`${platformFolder}/${file}`, target),
    ),
    ...Object.entries(place.mounts ?? {}).map(([target, file]) => mountOf(file, target)),
  ];
  return [
    'run',
    '--name',
    place.name ?? CONTAINER_NAME,
    ...pairs('--label', place.labels ?? {}),
    // Nothing of it stays, so that each start is a first one.
    '--rm',
    // A process with the number 1 that hands signals on and buries the dead: some images have a shell there, which does not.
    '--init',
    // Images are fetched before: a download at start would count as start-up time.
    '--pull',
    'never',
    ...(accelerator === 'gpu' ? ['--gpus', 'all'] : []),
    '--shm-size',
    container.sharedMemory ?? '1g',
    // Its output goes through this process; a second copy would only cost disk writes.
    '--log-driver',
    'none',
    ...(published === undefined
      ? ['--network', 'host']
      : portsOf(manifest).flatMap((port) => [
          '--publish',
          `${published.address}:${published.hostPorts.get(port) ?? port}:${port}/tcp`,
        ])),
    ...mounts.flatMap((mount) => ['--mount', mount]),
    ...pairs('--env', {
      SERVING_ACCELERATOR: accelerator,
      ...(application === undefined
        ? {}
        : {
            SERVED_MODEL: servedModel(modelServed(model, place.tensorModel), {
              ...application,
              engine: 'onnx',
              threads: 1,
              providers: [PROVIDERS[accelerator]],
            }),
          }),
      ...container.environment,
    }),
    ...(entrypoint === undefined ? [] : ['--entrypoint', entrypoint]),
    image,
    ...command,
    ...(accelerator === 'cpu' ? commandOnCpu : []),
  ];
};
