import { servingNames, type ServingName } from '../../../../serving-configs/index.ts';
import { BenchError } from '../../model/errors.ts';
import { childOutput } from '../child.ts';
import { dockerScripts } from '../project-files.ts';
import type { RuntimeEntry, RuntimeModels } from './runtime-entry.ts';

/** What the user's configuration says of containers; nothing of it is needed. */
export interface ContainerSources {
  /** Image by serving, by tag or digest, instead of the one of the manifest. */
  readonly images: Readonly<Partial<Record<ServingName, string>>>;
  /** Folder with the models of all platforms; undefined: those that the setup builds. */
  readonly models: string | undefined;
  /** The configuration that a user named, for hints. */
  readonly configFile?: string | undefined;
}

/** As options of the scripts that look after containers. */
export const sourceArguments = ({
  images,
  models,
  configFile,
}: ContainerSources): readonly string[] => [
  '--images',
  JSON.stringify(images),
  ...(models === undefined ? [] : ['--models', models]),
  ...(configFile === undefined ? [] : ['--config', configFile]),
];

const WHAT = 'what containers can run here could not be found out';

interface Listed {
  readonly models: RuntimeModels;
  readonly servings: readonly RuntimeEntry[];
}

const parse = (text: string): Listed => {
  try {
    return JSON.parse(text) as Listed;
  } catch (error) {
    throw new BenchError('BENCH_RUNTIME', `${WHAT}: the list is no JSON: ${text.slice(0, 200)}`, {
      cause: error,
    });
  }
};

/**
 * Which containers could run on this machine, for every serving in the order of the manifests, and the models that they read.
 *
 * @throws BenchError where there is no Docker.
 */
export const listDocker = async (sources: ContainerSources, signal: AbortSignal) => {
  const failure = { code: 'BENCH_RUNTIME', what: WHAT } as const;
  const { models, servings } = parse(
    await childOutput(dockerScripts.list, sourceArguments(sources), failure, signal),
  );
  const entries = new Map(servings.map((entry) => [entry.serving, entry]));
  return {
    models,
    entries: servingNames.map(
      (serving): RuntimeEntry => entries.get(serving) ?? { serving, state: 'impossible' },
    ),
  };
};
