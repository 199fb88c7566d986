import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BenchError, fileErrorText } from '../model/errors.ts';
import { newDescription } from '../model-file/new-description.ts';
import { isMany } from '../plan/resolve-plan-options.ts';
import { profiles } from '../plan/profiles.ts';
import type { PlanValues } from '../plan/command-line.ts';
import { describeModel } from '../run/describe-model.ts';
import { listModels, modelsFolderOf } from '../run/many/models.ts';
import { modelSchema } from '../run/project-files.ts';
import type { CommandContext } from './command.ts';

/** The options of a command that decide on its models. */
interface ModelsValues extends Pick<PlanValues, 'profile' | 'counts'> {
  readonly models?: string | undefined;
  readonly model?: string | undefined;
}

/** Describes the first model of a folder that can be read, unless the folder has a description. */
const describeFolder = async (
  folder: string,
  files: readonly string[],
  { console, signal }: CommandContext,
): Promise<string> => {
  const description = join(folder, 'model.yaml');
  if (existsSync(description)) return description;
  const describe = describeModel(signal);
  const describeFirst = async ([file = '', ...others]: readonly string[]) => {
    try {
      return { first: file, tensors: await describe(join(folder, file)) };
    } catch (error) {
      if (others.length === 0 || signal.aborted) throw error;
      return describeFirst(others);
    }
  };
  const { first, tensors } = await describeFirst(files);
  const text = newDescription(first, tensors, modelSchema);
  await writeFile(description, text, { flag: 'wx' }).catch((cause: unknown) => {
    throw new BenchError('BENCH_FOLDER', fileErrorText(description, cause), {
      hint: 'give a description of the models elsewhere: --model FILE.yaml',
      cause,
    });
  });
  console.err(`wrote ${description}, which says how the inputs of the models are made\n`);
  return description;
};

/**
 * Completes a command line that has the profile `many` with the folder of its models and a description of their inputs.
 *
 * @throws BenchError if the folder or its models cannot be used
 */
export const withModels = async <Values extends ModelsValues>(
  values: Values,
  context: CommandContext,
): Promise<Values> => {
  const { profile = 'quick', counts = profiles.many.options.counts } = values;
  if (!isMany({ profile })) return values;
  if (values.models === undefined) {
    const folder = await modelsFolderOf({}, counts, context.signal);
    return { ...values, model: join(folder, 'model.yaml') };
  }
  const files = await listModels(values.models);
  const most = Math.max(...(values.counts ?? []));
  if (most > files.length) {
    throw new BenchError(
      'BENCH_MODEL_FILE',
      `there are ${files.length} ONNX files in ${values.models}, and --counts asks for ${most}`,
      { hint: 'give smaller --counts, or a folder with more models' },
    );
  }
  const model = values.model ?? (await describeFolder(values.models, files, context));
  if (values.counts !== undefined) return { ...values, model };
  const fitting = counts.filter((count) => count < files.length);
  return { ...values, model, counts: [...fitting, files.length] };
};
