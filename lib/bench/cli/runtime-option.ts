import { access } from 'node:fs/promises';
import type { ModelFormat } from '../../../serving-configs/models/tensors/tensor-model.ts';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';
import type { ContainerModels } from '../../../serving-configs/runtimes/docker/container-models.ts';
import type { ContainerSources } from '../../../serving-configs/runtimes/docker/describe-containers.ts';
import type { LocalRuntime, RunSettings } from '../model/plan.ts';
import { BenchError, fileErrorText, messageOf } from '../model/errors.ts';
import type { PlanOptions } from '../model/plan-options.ts';
import { chooseServings, type ChosenServings } from '../run/choose-servings.ts';
import { listRuntime } from '../run/list-runtime.ts';
import { usageError } from './command.ts';

/**
 * Images and models of the configuration, so that containers here are those of the deployment.
 *
 * @param file undefined: the one of the working directory, if there is one
 * @throws BenchError if it cannot be used.
 */
export const containerSourcesOf = async (file: string | undefined): Promise<ContainerSources> => {
  // Only containers need it, and it is not read in no time.
  const { readBenchConfig } = await import('../aws/read-config.ts');
  const { images, models } = readBenchConfig(file);
  return { images, models, configFile: file };
};

/** @throws BenchError on engines that are the simulated server's own, with another runtime. */
export const assertEngine = (runtime: LocalRuntime, engine: string | undefined): void => {
  if (runtime === 'simulated' || engine === undefined || engine === 'onnx') return;
  throw usageError(
    `--engine ${engine} is only for simulated servers, and --runtime is ${runtime}`,
    'leave one of them out; the no-op limits of every runtime are measured with the no-op backend anyway',
  );
};

/** Whether `--model` names the description of a model, and no ONNX file. */
export const isDescription = (file: string): boolean => /\.(ya?ml|json)$/i.test(file);

/** @throws BenchError if a file that was named as the model is none. */
export const assertModel = async (file: string | undefined): Promise<void> => {
  if (file === undefined) return;
  await access(file).catch((cause: unknown) => {
    throw new BenchError('BENCH_MODEL', fileErrorText(file, cause), {
      hint: 'name an ONNX file or a description that is there: --model',
      cause,
    });
  });
  // Few commands name a model.
  const { readClassifierMessage } =
    await import('../../../serving-configs/models/onnx/read-onnx.ts');
  await readClassifierMessage(file).catch((cause: unknown) => {
    throw new BenchError('BENCH_MODEL', messageOf(cause), {
      hint: `describe any other model first: npx serving-compare init --model ${shellWord(file)}; --model takes a classifier like ResNet-50, or a description`,
      cause,
    });
  });
};

/** The servings of a plan that take part, and the models that they serve, where their runtime has its own. */
export interface ChosenFor extends ChosenServings {
  readonly models?: ContainerModels;
}

/** Settings from the models of a runtime; a model file that the user named wins. */
export const settingsOfModels = (
  models: ContainerModels | undefined,
  modelFile: string | undefined,
): Pick<RunSettings, 'modelsFolder' | 'modelFile' | 'modelTrained' | 'modelTitle'> => {
  if (models === undefined) return {};
  const { folder, onnx, weights } = models;
  const answers = modelFile ?? onnx;
  if (answers === undefined) {
    throw new BenchError(
      'BENCH_NO_MODEL',
      `the correct answers cannot be computed: ${folder} holds no ONNX file`,
      { hint: 'name the one that they were made from: --model FILE.onnx' },
    );
  }
  return {
    modelsFolder: folder,
    modelFile: answers,
    modelTrained: weights?.trained,
    modelTitle: weights?.title,
  };
};

/**
 * Which servings of a plan take part with a runtime, and what answers for them.
 *
 * @param strict whether the servings were named one by one, so that each must take part
 * @param formats what a user's model comes as; undefined: ours is served
 * @throws BenchError if one that must take part cannot, or none can.
 */
export const chooseFor = async (
  runtime: LocalRuntime,
  { servings, engine }: Pick<PlanOptions, 'servings' | 'engine'>,
  {
    config,
    strict,
    formats,
  }: {
    readonly config?: string | undefined;
    readonly strict: boolean;
    readonly formats?: readonly ModelFormat[];
  },
  signal: AbortSignal,
): Promise<ChosenFor> => {
  assertEngine(runtime, engine);
  const listed = await listRuntime(runtime, () => containerSourcesOf(config), signal, formats);
  const chosen = chooseServings(servings, runtime, listed?.entries, strict, config);
  return { ...chosen, models: formats === undefined ? listed?.models : undefined };
};
