import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ManyModels, VenvFacts } from '../../manifest.ts';
import { UsageError } from '../../options/usage-error.ts';
import { NotRunning } from '../not-running.ts';
import { serverModels, type ServerModels } from '../server-models.ts';
import { writeFiles, type PlaceholderValues } from './placeholders.ts';
import { probeUrl, type RunPorts } from './run-ports.ts';

/** The absolute paths of ONNX files by the names of the models. */
export type ModelFiles = Readonly<Record<string, string>>;

const manyModelsOf = ({ manyModels, software }: VenvFacts): ManyModels => {
  if (manyModels !== undefined) return manyModels;
  throw new UsageError(
    `${software.name} from packages cannot serve several models`,
    'leave it out of runs with many models',
  );
};

/** Whether the server loads the models of its start one by one, when it runs. */
const loadsLater = ({ load }: ManyModels): boolean => load !== undefined;

const listFileIn = (work: string): string => path.join(work, 'models.json');

/** Writes the list of models. An application that reads meanwhile gets the old one. */
const writeList = async (work: string, models: ModelFiles): Promise<void> => {
  const file = listFileIn(work);
  await writeFile(`${file}.new`, JSON.stringify(models));
  await rename(`${file}.new`, file);
};

/**
 * Writes the list of models for a start, and says what the command gets besides. Without models, that is nothing.
 * @throws UsageError if the platform cannot serve several.
 */
export const prepareModels = async (
  facts: VenvFacts,
  models: ModelFiles | undefined,
  work: string,
): Promise<{
  readonly furtherArguments: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}> => {
  if (models === undefined) return { furtherArguments: [], variables: {} };
  const many = manyModelsOf(facts);
  const first = Object.entries(models).slice(0, 1);
  await writeList(work, loadsLater(many) ? Object.fromEntries(first) : models);
  return {
    furtherArguments: many.arguments ?? [],
    variables: { SERVED_MODELS: listFileIn(work) },
  };
};

/** A platform that runs, with the values of its placeholders. */
interface StartedPlatform {
  readonly ports: RunPorts;
  readonly values: PlaceholderValues;
  /** The folder of its files, and of its run. */
  readonly from: string;
  readonly work: string;
}

/** Describes the models of a server that runs, and loads those that it does not serve from its start. */
export const serveModels = async (
  facts: VenvFacts,
  models: ModelFiles,
  { ports, values, from, work }: StartedPlatform,
  signal: AbortSignal,
): Promise<ServerModels> => {
  const many = manyModelsOf(facts);
  const [first, ...others] = Object.entries(models);
  let known = loadsLater(many) ? Object.fromEntries(first === undefined ? [] : [first]) : models;
  const filesOfModel = Object.fromEntries(
    Object.entries(facts.files ?? {}).filter(([target]) => target.includes('{model}')),
  );
  const served = serverModels(many, {
    baseOf: (port) => probeUrl({ port }, ports),
    register: async (name, file) => {
      known = { ...known, [name]: file };
      await writeList(work, known);
      await writeFiles(filesOfModel, from, work, { ...values, model: name });
    },
  });
  for (const [name, file] of loadsLater(many) ? others : []) {
    const { ok, status, text } = (await served.load?.(name, file, undefined, signal)) ?? {};
    if (ok !== true) throw new NotRunning('ended', `it did not load ${name}: ${status}: ${text}`);
  }
  return served;
};
