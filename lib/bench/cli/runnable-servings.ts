import type { ModelOrigin } from '../../../serving-configs/models/model.ts';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';
import {
  findUnreadable,
  type ContainerModels,
} from '../../../serving-configs/runtimes/docker/container-models.ts';
import type { ContainerSources } from '../../../serving-configs/runtimes/docker/describe-containers.ts';
import { BenchError } from '../model/errors.ts';
import type { PlanOptions } from '../model/plan-options.ts';
import type { LocalRuntime, PlanHost, RunSettings } from '../model/plan.ts';
import { chooseServings, type ChosenServings } from '../run/servings/choose-servings.ts';
import { runtimes } from '../run/servings/slot.ts';
import { mapOtherFormats, originOf, type UserModel } from '../user-model/user-model.ts';
import { usageError } from './command.ts';
import type { ModelOption } from './model-option.ts';

/**
 * Reads the images and models of the configuration, so that containers on this machine are those of the deployment.
 *
 * @param file undefined: `serving-compare.json` in the working directory, if it exists
 * @throws BenchError if the file cannot be used.
 */
export const containerSourcesOf = async (file: string | undefined): Promise<ContainerSources> => {
  // Loaded here, because only containers need it and loading takes time.
  const { readBenchConfig } = await import('../aws/read-config.ts');
  const { images, models } = readBenchConfig(file);
  return { images, models, configFile: file };
};

/** How to let containers, whose users are neither the owner nor in the group, read a user's model; undefined if they can. */
export const remedyForContainers = (
  model: UserModel,
): { readonly problem: string; readonly remedy: string } | undefined => {
  const file = findUnreadable([
    model.onnx.file,
    ...model.weights.map((weights) => weights.file),
    ...Object.values(mapOtherFormats(model, ({ modelPath }) => modelPath)),
  ]);
  return file === undefined
    ? undefined
    : {
        problem: `containers run as other users and cannot read ${file}`,
        remedy: `chmod -R a+rX ${shellWord(file)}`,
      };
};

/** @throws BenchError if an engine of the simulated server is combined with another runtime. */
export const assertEngine = (runtime: PlanHost['runtime'], engine: PlanOptions['engine']): void => {
  if (runtime === 'simulated' || engine === 'onnx') return;
  throw usageError(
    `--engine ${engine} cannot be combined with --runtime ${runtime}`,
    'give one of them; the no-op limits of every runtime are measured with the no-op backend anyway',
  );
};

/** The model that a runtime is to list servings for. */
export const listedModel = (model: ModelOption): ModelOrigin =>
  model.kind === 'resnet50' ? { kind: 'built' } : originOf(model.user);

/** The servings of a plan that a runtime can run. */
export interface RunnableServings extends ChosenServings {
  /** The models that they serve, if the runtime has its own. */
  readonly models?: ContainerModels | undefined;
}

/**
 * Finds out which servings of a plan a runtime can run on this machine, and what answers for them.
 *
 * @param strict whether the servings were named one by one, so that each must take part
 * @throws BenchError if a serving that must take part cannot run, or if none can.
 */
export const chooseRunnableServings = async (
  runtime: LocalRuntime,
  { servings, engine }: Pick<PlanOptions, 'servings' | 'engine'>,
  {
    config,
    strict,
    model,
  }: {
    readonly config?: string | undefined;
    readonly strict: boolean;
    readonly model: ModelOrigin;
  },
  signal: AbortSignal,
): Promise<RunnableServings> => {
  assertEngine(runtime, engine);
  const sources = () => containerSourcesOf(config);
  const { entries, models } = await runtimes[runtime].list({ sources, model }, signal);
  const chosen = chooseServings(servings, runtime, entries, strict, config);
  return { ...chosen, models: model.kind === 'built' ? models : undefined };
};

/**
 * The settings of a run with the models of a runtime. A model file that the user names wins over the runtime's own.
 *
 * @throws BenchError if there is no ONNX file to compute the correct answers from.
 */
export const settingsOfModels = (
  models: ContainerModels | undefined,
  modelFile: string | undefined,
): Pick<RunSettings, 'modelsFolder' | 'modelFile' | 'modelTrained' | 'modelTitle'> => {
  if (models === undefined) return {};
  const { folder, onnx, weights } = models;
  const answerModel = modelFile ?? onnx;
  if (answerModel === undefined) {
    throw new BenchError(
      'BENCH_NO_MODEL',
      `the correct answers cannot be computed: ${folder} holds no ONNX file`,
      { hint: 'give the ONNX file that the models were made from: --model FILE.onnx' },
    );
  }
  return {
    modelsFolder: folder,
    modelFile: answerModel,
    modelTrained: weights?.trained,
    modelTitle: weights?.title,
  };
};
