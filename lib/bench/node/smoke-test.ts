import { join } from 'node:path';
import { isServingName, manifestOf, type ServingName } from '../../../serving-configs/index.ts';
import { readContainerModels } from '../../../serving-configs/runtimes/docker/container-models.ts';
import {
  NODE_MODELS,
  readPreparedServings,
  writePreparedServings,
  type PreparedServing,
} from '../../../serving-configs/runtimes/node/prepared-servings.ts';
import { nodePaths } from '../../deployment/node-paths.ts';
import type { ServingReady } from '../../deployment/serving-state.ts';
import { run, runOptional } from '../../node/system/run.ts';
import { messageOf } from '../model/errors.ts';
import { buildTargets } from '../plan/build-targets.ts';
import type { Target } from '../model/measurement.ts';
import { resolvePlanOptions } from '../plan/plan-options.ts';
import { checkAnswers, scoreTolerance } from '../run/answer-check.ts';
import { readDataSet } from '../run/image-inputs.ts';
import { computeCorrectAnswers } from '../run/correct-answers.ts';
import { startMiddleware } from '../run/middleware-process.ts';
import { defaultImagesDir } from '../run/project-files.ts';

const ANSWER_TIMEOUT_MS = 60_000;
/** Beyond what the serving itself may take to be ready. */
const START_SLACK_MS = 120_000;
/** The words of a container can be many; a node hands them on with each look at it. */
const MOST_CHARACTERS = 600;

/** The script of a document, as a runner has it called on this node. */
const command = (name: string, parameters: Readonly<Record<string, string>>, timeoutMs: number) => {
  const variables = Object.entries(parameters).map(([key, value]) => `SSM_${key}=${value}`);
  return run('env', [...variables, 'bash', join(nodePaths.commands, name)], timeoutMs);
};

/** In MiB; undefined where there is no GPU. */
const gpuMemory = async (): Promise<number | undefined> => {
  const query = ['--id=0', '--query-gpu=memory.used', '--format=csv,noheader,nounits'];
  const text = await runOptional('nvidia-smi', query);
  const memoryMiB = Number.parseInt(text ?? '');
  return Number.isNaN(memoryMiB) ? undefined : memoryMiB;
};

/** What went wrong on stderr of a script, or in our own words. */
const reasonOf = (error: unknown): string => {
  const { stderr = '' } = error as { readonly stderr?: string };
  return (stderr.trim() === '' ? messageOf(error) : stderr.trim()).slice(0, MOST_CHARACTERS);
};

/** One path of each serving, the plainest one. */
const plainestTargets = (servings: readonly ServingName[]): readonly Target[] => {
  const options = resolvePlanOptions({ servings, profile: 'quick' }, 'aws');
  const targets = buildTargets(options, false);
  return servings.flatMap((serving) => targets.find((target) => target.serving === serving) ?? []);
};

/**
 * Starts the container of each serving that was prepared on this node, exactly as a run does, sends it one image, compares the
 * answer with that of the ONNX model, and stops it. Notes what it finds.
 *
 * @param address of this node
 * @param tell gets a line for each serving
 * @returns the servings that are not available.
 * @throws BenchError where no correct answer can be computed.
 */
export const smokeTest = async (
  address: string,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const prepared = readPreparedServings();
  const servings = Object.keys(prepared.servings)
    .filter(isServingName)
    .filter((serving) => prepared.servings[serving]?.problem === undefined);
  const targets = plainestTargets(servings);
  const { onnx: modelFile } = await readContainerModels(NODE_MODELS);
  const [image] = await readDataSet(defaultImagesDir);
  const { trained } = prepared.model;
  const answers = await computeCorrectAnswers(
    { imagesDir: defaultImagesDir, targets, engine: 'onnx', modelFile, modelTrained: trained },
    signal,
  );
  const middleware = await startMiddleware({
    servingUrls: Object.fromEntries(
      servings.map((serving) => [
        serving,
        { rest: `http://${address}:${manifestOf(serving).rest.port}` },
      ]),
    ),
    weightsTrained: Object.fromEntries(servings.map((serving) => [serving, trained])),
    imagesDir: defaultImagesDir,
    port: 0,
    processes: 1,
    upstreamTimeoutMs: ANSWER_TIMEOUT_MS,
    seed: 1,
  });

  const test = async (target: Target): Promise<PreparedServing> => {
    const { serving } = target;
    const known = prepared.servings[serving] ?? {};
    try {
      const limitMs = manifestOf(serving).startTimeoutSeconds * 1000 + START_SLACK_MS;
      const parameters = { Serving: serving, Engine: 'onnx', DelayMs: '' };
      const ready = JSON.parse(
        await command('start-serving.sh', parameters, limitMs),
      ) as ServingReady;
      const { reason } = await checkAnswers({
        target,
        engine: 'onnx',
        middlewareUrl: middleware.url,
        imagesDir: defaultImagesDir,
        files: image === undefined ? [] : [image.file],
        expected: answers.topOf(target),
        tolerance: scoreTolerance(target, 'container'),
        trained,
        timeoutMs: ANSWER_TIMEOUT_MS,
        signal,
      });
      const gpuMemoryMiB = await gpuMemory();
      return {
        ...known,
        timeToReadyMs: ready.timeToReadyMs,
        ...(gpuMemoryMiB === undefined ? {} : { gpuMemoryMiB }),
        ...(reason === undefined ? {} : { problem: `it answers wrongly: ${reason}` }),
      };
    } catch (error) {
      return { ...known, problem: reasonOf(error) };
    } finally {
      await command('stop-serving.sh', {}, START_SLACK_MS).catch(() => undefined);
    }
  };

  const found: Record<string, PreparedServing> = { ...prepared.servings };
  try {
    for (const target of targets) {
      const serving = await test(target);
      found[target.serving] = serving;
      const { problem, timeToReadyMs, gpuMemoryMiB } = serving;
      const seconds = ((timeToReadyMs ?? 0) / 1000).toFixed(1);
      const memory = gpuMemoryMiB === undefined ? '' : `, ${gpuMemoryMiB} MiB of the GPU in use`;
      tell(
        problem === undefined
          ? `${target.serving}: ready after ${seconds} s on the ${prepared.accelerator}, answers as the ONNX model does${memory}`
          : `${target.serving} is not available: ${problem}`,
      );
    }
  } finally {
    await middleware.stop();
  }
  writePreparedServings({ ...prepared, servings: found });
  return Object.keys(found).filter((serving) => found[serving]?.problem !== undefined);
};
