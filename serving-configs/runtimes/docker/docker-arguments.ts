import { portsOf } from '../../index.ts';
import { COUNTS_FOLDER, COUNTS_VARIABLE } from '../batch-counts.ts';
import type { Accelerator, OwnManifest } from '../../manifest.ts';
import type { Model } from '../../models/model.ts';
import { settingValues, type Settings } from '../../settings.ts';
import { MODELS_FOLDER, servedModel } from '../served-model.ts';
import { fillInAll } from '../venv/placeholders.ts';

/** Name of the only container of a serving node. The systemd unit uses it too, to remove a leftover container. */
export const CONTAINER_NAME = 'serving-compare-serving';

export interface ContainerSetup {
  /** Exact reference: a name with a digest, or the id of an image built on this machine. */
  readonly image: string;
  readonly accelerator: Accelerator;
  /** The address on which its ports are published; if undefined, it uses the network of the host. */
  readonly published?: {
    readonly address: string;
    /** Host ports by container port, or what stands for them; those that are missing have the same number. */
    readonly hostPorts: ReadonlyMap<number, number | string>;
  };
  readonly settings: Settings;
  /** The folder in which the processes of our application count their batches; absent if nobody reads the counts. */
  readonly countsFolder?: string | undefined;
  /** Folder with the models of all platforms. */
  readonly modelsFolder: string;
  /** Further files of this machine to mount read-only, by their absolute paths in the container. */
  readonly mounts?: Readonly<Record<string, string>>;
  /** The model. The paths of its example are those in the container. */
  readonly model: Model;
  /** {@link CONTAINER_NAME} by default. */
  readonly name?: string;
  /** Labels for finding the container later. */
  readonly labels?: Readonly<Record<string, string>>;
}

const PROVIDERS: Readonly<Record<Accelerator, string>> = {
  cpu: 'CPUExecutionProvider',
  gpu: 'CUDAExecutionProvider',
};

/** Quotes a field of `--mount`, where a comma would end it. */
const quoted = (field: string): string =>
  /[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;

/** A bind mount. */
const bindOf = (source: string, target: string): string =>
  ['type=bind', `source=${source}`, `target=${target}`].map(quoted).join(',');

/** A read-only bind mount. */
const mountOf = (source: string, target: string): string => `${bindOf(source, target)},readonly`;

/** The folder of the counts in a container. */
const COUNTS_INSIDE = `/${COUNTS_FOLDER}`;

const pairs = (option: string, values: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(values).flatMap(([name, value]) => [option, `${name}=${value}`]);

/** The `docker` arguments that run a serving in the foreground. */
export const dockerArguments = (
  manifest: OwnManifest,
  setup: ContainerSetup,
): readonly string[] => {
  const { image, accelerator, modelsFolder, published, countsFolder } = setup;
  const { container } = manifest;
  const { application, entrypoint, command, commandOnCpu = [] } = container;
  const mounts = [
    mountOf(`${modelsFolder}/${container.models.folder}`, MODELS_FOLDER),
    ...Object.entries(setup.mounts ?? {}).map(([target, file]) => mountOf(file, target)),
    ...(countsFolder === undefined ? [] : [bindOf(countsFolder, COUNTS_INSIDE)]),
  ];
  return [
    'run',
    '--name',
    setup.name ?? CONTAINER_NAME,
    ...pairs('--label', setup.labels ?? {}),
    // Nothing remains of the container, so every start is a first start.
    '--rm',
    // Process 1 must forward signals and reap zombies; the shell of some images does not.
    '--init',
    // Images are pulled beforehand, because a download would count as start-up time.
    '--pull',
    'never',
    ...(accelerator === 'gpu' ? ['--gpus', 'all'] : []),
    '--shm-size',
    container.sharedMemory ?? '1g',
    // The output goes through this process; a second copy would only cost disk writes.
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
            SERVED_MODEL: servedModel(manifest.model, setup.model, {
              ...application,
              engine: 'onnx',
              settings: setup.settings,
              providers: [PROVIDERS[accelerator]],
            }),
          }),
      ...(countsFolder !== undefined && { [COUNTS_VARIABLE]: COUNTS_INSIDE }),
      ...container.environment,
    }),
    ...(entrypoint === undefined ? [] : ['--entrypoint', entrypoint]),
    image,
    ...fillInAll(
      [...command, ...(accelerator === 'cpu' ? commandOnCpu : [])],
      settingValues(setup.settings),
    ),
  ];
};
