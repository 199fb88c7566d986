import { shellWord } from '../../../serving-configs/options/shell-word.ts';
import {
  findUnreadable,
  type ContainerModels,
} from '../../../serving-configs/runtimes/docker/container-models.ts';
import type { ContainerSources } from '../../../serving-configs/runtimes/docker/describe-containers.ts';
import { BenchError } from '../model/errors.ts';
import type { PlanOptions } from '../model/plan-options.ts';
import type { ModelFiles, PlanHost, RunSettings } from '../model/plan.ts';
import { runtimes } from '../run/servings/system-under-test.ts';
import { givenFilesOf, originOf, type AnyModel } from '../model-file/described-model.ts';
import { usageError } from './command.ts';

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
  model: AnyModel,
): { readonly problem: string; readonly remedy: string } | undefined => {
  const file = findUnreadable(givenFilesOf(model));
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

/**
 * Lists what a runtime can run here with a model; undefined if it can run everything, or is not here.
 *
 * @throws BenchError if the runtime cannot be inspected.
 */
export const listHere = async (
  runtime: PlanHost['runtime'],
  configFile: string | undefined,
  model: AnyModel,
  signal: AbortSignal,
) => {
  if (runtime !== 'venv' && runtime !== 'docker') return undefined;
  const sources = () => containerSourcesOf(configFile);
  return runtimes[runtime].list({ sources, model: originOf(model) }, signal);
};

/**
 * The files of ResNet-50 in the settings of a run: those of a runtime. An ONNX file that the user names wins over the runtime's own.
 *
 * @throws BenchError if there is no ONNX file to compute the correct answers from.
 */
export const settingsOfModels = (
  models: ContainerModels | undefined,
  named: ModelFiles | undefined,
): Pick<RunSettings, 'modelFiles'> => {
  if (models === undefined) return named === undefined ? {} : { modelFiles: named };
  const { folder, weights } = models;
  const { onnx = models.onnx } = named ?? {};
  if (onnx === undefined) {
    throw new BenchError(
      'BENCH_NO_MODEL',
      `the correct answers cannot be computed: ${folder} holds no ONNX file`,
      { hint: 'give the ONNX file that the models were made from: --model FILE.onnx' },
    );
  }
  return { modelFiles: { onnx, folder, trained: weights?.trained, title: weights?.title } };
};
