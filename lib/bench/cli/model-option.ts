import { existsSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';
import { BenchError, fileErrorText, messageOf } from '../model/errors.ts';
import type { ModelFiles } from '../model/plan.ts';
import { refuseWithModel } from '../plan/fit-model.ts';
import { assertTakesBatches, someBatch } from '../plan/settings-grid.ts';
import { describeModel } from '../run/describe-model.ts';
import type { PlannedRun } from '../run/make-plan.ts';
import { defaultImagesDir, defaultModel } from '../run/project-files.ts';
import { readModel, readOwnModel } from '../model-file/read-model.ts';
import type { AnyModel, OwnModel } from '../model-file/described-model.ts';
import { usageError } from './command.ts';

/** The description to use without `--model`, if it exists. */
const DEFAULT_DESCRIPTION = 'model.yaml';

/** Whether `--model` names a description rather than an ONNX file. */
export const isDescription = (file: string): boolean => /\.(ya?ml|json)$/i.test(file);

/** @throws BenchError unless the file is an ONNX classifier with as many classes as the one that is served. */
const assertClassifier = async (file: string, { served }: OwnModel): Promise<void> => {
  await access(file).catch((cause: unknown) => {
    throw new BenchError('BENCH_MODEL_FILE', fileErrorText(file, cause), {
      hint: 'give an existing ONNX file or description: --model',
      cause,
    });
  });
  // Loaded here, because few commands get a model.
  const { readClassifierMessage, UnusableOnnx } =
    await import('../../../serving-configs/models/onnx/read-onnx.ts');
  await readClassifierMessage(file, served.labels.names.length).catch((cause: unknown) => {
    const isOnnx =
      !(cause instanceof UnusableOnnx) || !['unreadable', 'no-graph'].includes(cause.problem);
    const hint = isOnnx
      ? `describe any other model first: npx serving-compare init --model ${shellWord(file)}; --model takes a classifier like ResNet-50, or a description`
      : 'give an ONNX file, or a description: --model';
    throw new BenchError('BENCH_MODEL_FILE', messageOf(cause), { hint, cause });
  });
};

/** The ONNX file of ResNet-50 that `--model` names; undefined if it names none. */
export const namedFiles = (model: string | undefined): ModelFiles | undefined =>
  model === undefined || isDescription(model) ? undefined : { onnx: resolve(model) };

/**
 * Reads the model that `--model` names: by its description, or as ResNet-50 with weights from an ONNX file.
 *
 * @throws BenchError if the model cannot be used.
 */
export const readNamedModel = async (file: string, signal: AbortSignal): Promise<AnyModel> => {
  if (isDescription(file)) return readModel(file, describeModel(signal));
  const model = await readOwnModel();
  await assertClassifier(file, model);
  return model;
};

/** Reads the model of `--model`. By default, it is described in the working directory, or else it is ResNet-50. */
export const readModelOption = (
  model: string | undefined,
  signal: AbortSignal,
): Promise<AnyModel> =>
  readNamedModel(
    model ?? (existsSync(DEFAULT_DESCRIPTION) ? DEFAULT_DESCRIPTION : defaultModel),
    signal,
  );

/**
 * Checks that the ONNX file of ResNet-50, if there is one, takes as many images at a time as a plan asks for.
 *
 * @throws BenchError `BENCH_SETTINGS` if the plan has batches and the file takes one image.
 */
export const assertFileTakesBatches = async (
  { targets, settings: { modelFiles } }: Pick<PlannedRun, 'targets' | 'settings'>,
  model: AnyModel,
): Promise<void> => {
  if (!someBatch(targets) || modelFiles === undefined || model.kind === 'given') return;
  const { readClassifierMessage } =
    await import('../../../serving-configs/models/onnx/read-onnx.ts');
  const { names } = model.served.labels;
  const { input } = await readClassifierMessage(modelFiles.onnx, names.length);
  const shape = input.shape.map((size) => (typeof size === 'string' ? -1 : size));
  assertTakesBatches([{ name: input.name, shape }]);
};

/** The options that not every model goes with. */
interface KindOptions {
  readonly on?: 'local' | 'aws' | undefined;
  readonly images?: string | undefined;
  readonly target?: readonly unknown[] | undefined;
}

const refusals: Readonly<
  Record<AnyModel['kind'], (values: KindOptions, source: AnyModel['source']) => void>
> = {
  built: ({ target = [], on }, source) => {
    if (on === 'aws' && source.from === 'images' && source.folder !== defaultImagesDir) {
      throw usageError(
        `nodes have only the images of this project, not those in ${source.folder}`,
        'leave --model out, or give --on local',
      );
    }
    if (target.length === 0) return;
    throw usageError(
      '--target needs a model of your own',
      'describe it: npx serving-compare init --model FILE.onnx',
    );
  },
  given: ({ images }) => {
    if (images === undefined) return;
    refuseWithModel('--images cannot be used', 'give the folder in the description: inputs');
  },
};

/** @throws BenchError on options that a model does not go with. */
export const assertFitsModel = (
  { kind, source }: Pick<AnyModel, 'kind' | 'source'>,
  values: KindOptions,
): void => refusals[kind](values, source);
