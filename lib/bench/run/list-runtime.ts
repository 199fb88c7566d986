import { servingNames, type ServingName } from '../../../serving-configs/index.ts';
import type { ModelFormat } from '../../../serving-configs/models/tensors/tensor-model.ts';
import { BenchError } from '../model/errors.ts';
import type { LocalRuntime, ServedBy } from '../model/plan.ts';
import { childOutput } from './child.ts';
import { dockerScripts, venvScripts } from './project-files.ts';

/** Whether a runtime can run a serving on this machine, and what would answer. */
export interface RuntimeEntry extends Partial<ServedBy> {
  readonly serving: ServingName;
  /** `not-installed`: it can be installed; `impossible`: not on this machine. */
  readonly state: 'installed' | 'not-installed' | 'impossible';
  /** Why it is not installed, or impossible. */
  readonly reason?: string;
}

/** The models that the servings of a runtime read. */
export interface RuntimeModels {
  /** With a folder for each platform. */
  readonly folder: string;
  /** The ONNX file that all of them were made from; undefined if it is not beside them. */
  readonly onnx?: string;
  /** Undefined if it is not recorded. */
  readonly weights?: { readonly title: string; readonly trained: boolean };
}

/** Why an entry cannot run, in words. */
export const reasonOf = ({ state, reason }: RuntimeEntry): string =>
  reason ?? (state === 'impossible' ? 'it cannot run on this machine' : 'not installed');

/** What answers for an installed serving. */
export const servedByOf = (entry: RuntimeEntry): ServedBy => {
  const { serving, platform = serving, engine = 'unknown', real = true } = entry;
  const { note, standIn, image, imageMiB, accelerator } = entry;
  return { platform, engine, real, note, standIn, image, imageMiB, accelerator };
};

/** What the user's configuration says of containers; nothing of it is needed. */
export interface ContainerSources {
  /** Image by serving, by tag or digest, instead of the one of the manifest. */
  readonly images: Readonly<Partial<Record<ServingName, string>>>;
  /** Folder with the models of all platforms; undefined: those that the setup builds. */
  readonly models: string | undefined;
  /** The configuration that a user named, for hints. */
  readonly configFile?: string | undefined;
}

/** The sources as options of the scripts that look after containers. */
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

/** What a runtime can run on this machine. */
export interface RuntimeList {
  /** Every serving, in the order of the manifests. */
  readonly entries: readonly RuntimeEntry[];
  /** What all of them serve, if the runtime has models of its own. */
  readonly models?: RuntimeModels;
}

/** What the scripts print; a serving that a runtime does not know is missing or has no state. */
interface Printed {
  readonly servings: readonly (RuntimeEntry | { readonly serving: string })[];
  readonly models?: RuntimeModels;
}

const listWith = async (
  script: string,
  args: readonly string[],
  { what, absent }: { readonly what: string; readonly absent: Partial<RuntimeEntry> },
  signal: AbortSignal,
): Promise<RuntimeList> => {
  const text = await childOutput(script, args, { code: 'BENCH_RUNTIME', what }, signal);
  let printed: Printed;
  try {
    printed = JSON.parse(text) as Printed;
  } catch (cause) {
    throw new BenchError('BENCH_RUNTIME', `${what}: the list is not JSON: ${text.slice(0, 200)}`, {
      cause,
    });
  }
  const { servings, ...models } = printed;
  const known = new Map(servings.map((entry) => [entry.serving, entry]));
  return {
    ...models,
    entries: servingNames.map((serving): RuntimeEntry => {
      const entry = known.get(serving);
      return entry !== undefined && 'state' in entry
        ? entry
        : { serving, state: 'impossible', ...absent };
    }),
  };
};

/**
 * What a runtime can run on this machine; undefined for the simulated server, which runs every serving everywhere.
 *
 * @param sources asked for only where containers run
 * @param formats what a user's model comes as, with which containers need no model of ours; undefined: ours is served
 * @throws BenchError if that cannot be found out, for instance without Docker.
 */
export const listRuntime = async (
  runtime: LocalRuntime,
  sources: () => Promise<ContainerSources>,
  signal: AbortSignal,
  formats?: readonly ModelFormat[],
): Promise<RuntimeList | undefined> => {
  switch (runtime) {
    case 'simulated':
      return undefined;
    case 'venv': {
      const what = 'cannot find out which platforms are installed';
      const absent = { reason: 'it does not run from packages' };
      const args = formats === undefined ? [] : ['--tensors'];
      return listWith(venvScripts().list, args, { what, absent }, signal);
    }
    case 'docker': {
      const what = 'cannot find out which containers can run here';
      const given = formats === undefined ? [] : ['--formats', formats.join()];
      const args = [...sourceArguments(await sources()), ...given];
      return listWith(dockerScripts.list, args, { what, absent: {} }, signal);
    }
    default:
      return runtime satisfies never;
  }
};
