import type { ServingName } from '../../../serving-configs/index.ts';
import type { ModelFormat } from '../../../serving-configs/models/tensors/tensor-model.ts';
import { UsageError } from '../../../serving-configs/options/usage-error.ts';
import type { ContainerModels } from '../../../serving-configs/runtimes/docker/container-models.ts';
import type { ContainerSources } from '../../../serving-configs/runtimes/docker/describe-containers.ts';
import { BenchError } from '../model/errors.ts';
import type { LocalRuntime, ServedBy } from '../model/plan.ts';

/** Whether a runtime can run a serving on this machine, and with which software. */
export interface RuntimeEntry extends Partial<ServedBy> {
  readonly serving: ServingName;
  /** `not-installed`: it can be installed; `impossible`: it cannot run on this machine. */
  readonly state: 'installed' | 'not-installed' | 'impossible';
  /** Why it is not installed or impossible. */
  readonly reason?: string;
  /** The format of the user's model with which it would be possible. */
  readonly needs?: ModelFormat;
  /** The command that installs it, without `--servings`; absent if setup does not help. */
  readonly setupCommand?: string;
}

/** Says why an entry cannot run. */
export const reasonOf = ({ state, reason }: RuntimeEntry): string =>
  reason ?? (state === 'impossible' ? 'it cannot run on this machine' : 'not installed');

/** Says why a serving cannot run, with the command that installs it. */
export const reasonWithSetup = (entry: RuntimeEntry): string =>
  entry.setupCommand === undefined
    ? reasonOf(entry)
    : `${reasonOf(entry)}: ${entry.setupCommand} --servings ${entry.serving}`;

/** The software behind an installed serving. */
export const servedByOf = (entry: RuntimeEntry): ServedBy => {
  const { serving, platform = serving, engine = 'unknown', real = true } = entry;
  const { note, standIn, image, imageMiB, accelerator } = entry;
  return { platform, engine, real, note, standIn, image, imageMiB, accelerator };
};

interface RuntimeList {
  /** Every serving, in the order of the manifests. */
  readonly entries: readonly RuntimeEntry[];
  /** The models that containers serve; absent for other runtimes. */
  readonly models?: ContainerModels;
}

/**
 * Lists what a runtime can run on this machine; undefined for the simulated server, which runs every serving everywhere.
 *
 * @param sources called only for the runtime `docker`
 * @param formats formats of a user's model, which replaces our models; undefined: containers serve ours
 * @throws BenchError if the runtime cannot be inspected, for instance without Docker.
 */
export const listRuntime = async (
  runtime: LocalRuntime,
  sources: () => Promise<ContainerSources>,
  signal: AbortSignal,
  formats?: readonly ModelFormat[],
): Promise<RuntimeList | undefined> => {
  if (runtime === 'simulated') return undefined;
  try {
    if (runtime === 'venv') {
      const { describeServings } =
        await import('../../../serving-configs/runtimes/venv/describe-serving.ts');
      return { entries: await describeServings(formats !== undefined) };
    }
    const { describeContainers } =
      await import('../../../serving-configs/runtimes/docker/describe-containers.ts');
    return await describeContainers(await sources(), formats, signal);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new BenchError('BENCH_RUNTIME', error.message, { hint: error.hint, cause: error });
  }
};
