import { isServingName, servingFactsOf, type ServingName } from '../../../serving-configs/index.ts';
import { CLASSIFIER } from '../../../serving-configs/models/model.ts';
import {
  readPreparedServings,
  writePreparedServings,
  type PreparedServing,
  type PreparedServings,
} from '../../../serving-configs/runtimes/aws-node/prepared-servings.ts';
import type { ServingReady } from '../../aws/contract/serving-state.ts';
import type { UnavailableServing } from '../../aws/contract/unavailable-servings.ts';
import { runScript } from '../../aws/node/system/run.ts';
import { messageOf } from '../model/errors.ts';
import { buildTargets } from '../plan/build-targets.ts';
import { targetId, type Target } from '../model/measurement.ts';
import { PROFILE_NAMES } from '../model/plan-options.ts';
import { resolvePlanOptions } from '../plan/resolve-plan-options.ts';
import { checkAnswers } from '../run/answer-judge.ts';
import { compareClasses, scoreTolerance } from '../run/compare-classes.ts';
import { computeCorrectAnswers } from '../run/correct-answers.ts';
import { startMiddleware } from '../run/middleware-process.ts';
import { defaultImagesDir } from '../run/project-files.ts';
import { modelSettings } from './prepared-containers.ts';

const ANSWER_TIMEOUT_MS = 60_000;
/** Time that a start may take beyond the serving's own time-out. */
const START_SLACK_MS = 120_000;
/** Container output can be long, and each `InspectServing` returns it. */
const MAX_CHARACTERS = 600;

/** What a failed script printed on stderr, or else the error's message. */
const reasonOf = (error: unknown): string => {
  const { stderr = '' } = error as { readonly stderr?: string };
  return (stderr.trim() === '' ? messageOf(error) : stderr.trim()).slice(0, MAX_CHARACTERS);
};

/** Everything that the profiles send to servings, each target once. */
const targetsOfProfiles = (servings: readonly ServingName[]): readonly Target[] => {
  const targets = PROFILE_NAMES.flatMap((profile) =>
    buildTargets(resolvePlanOptions({ servings, profile }, 'aws'), false),
  );
  return [...new Map(targets.map((target) => [targetId(target), target])).values()];
};

/** What the tests of all servings share. */
interface TestSetup {
  readonly prepared: PreparedServings;
  readonly middlewareUrl: string;
  readonly answers: Awaited<ReturnType<typeof computeCorrectAnswers>>;
}

/**
 * Sends every image to a target, as a run does before it measures it.
 *
 * @returns what is wrong with the answers; undefined if nothing is
 */
const testTarget = async (
  target: Target,
  { prepared, middlewareUrl, answers }: TestSetup,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const { reason } = await checkAnswers(
    { target, engine: 'onnx', middlewareUrl, timeoutMs: ANSWER_TIMEOUT_MS, signal },
    compareClasses({
      imagesDir: defaultImagesDir,
      files: answers.files,
      expected: answers.topOf(target),
      tolerance: scoreTolerance(target, 'container'),
      trained: prepared.model.trained,
    }),
  );
  return reason && `${target.payload} as ${target.encoding}: ${reason}`;
};

/**
 * Starts a serving exactly as a run does, compares its answers with those of the ONNX model, and stops it.
 *
 * @returns what is wrong with it; undefined if nothing is
 */
const testServing = async (
  serving: ServingName,
  targets: readonly Target[],
  setup: TestSetup,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<string | undefined> => {
  try {
    const limitMs = servingFactsOf(serving).startTimeoutSeconds * 1000 + START_SLACK_MS;
    const parameters = { Serving: serving, Engine: 'onnx', DelayMs: '' };
    const ready = JSON.parse(
      await runScript('start-serving.sh', parameters, limitMs),
    ) as ServingReady;
    for (const target of targets) {
      const problem = await testTarget(target, setup, signal);
      if (problem !== undefined) return problem;
    }
    const seconds = (ready.timeToReadyMs / 1000).toFixed(1);
    const payloads = targets.map(({ payload }) => payload).join(', ');
    tell(
      `${serving}: ready after ${seconds} s on the ${setup.prepared.accelerator}, answers as the ONNX model does: ${payloads}`,
    );
    return undefined;
  } catch (error) {
    return reasonOf(error);
  } finally {
    await runScript('stop-serving.sh', {}, START_SLACK_MS).catch(() => undefined);
  }
};

/**
 * Tests the container of each serving that was prepared on this node with every payload of the profiles, and stores the problems
 * with the prepared servings.
 *
 * @param address the address of this node
 * @param tell gets a line for each serving
 * @returns the servings that are not available
 * @throws BenchError if the correct answers cannot be computed.
 */
export const smokeTest = async (
  address: string,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<readonly UnavailableServing[]> => {
  const prepared = readPreparedServings();
  const { trained } = prepared.model;
  const servings = Object.keys(prepared.servings)
    .filter(isServingName)
    .filter((serving) => prepared.servings[serving]?.problem === undefined);
  const targets = targetsOfProfiles(servings);
  const answers = await computeCorrectAnswers(
    {
      served: CLASSIFIER,
      imagesDir: defaultImagesDir,
      targets,
      engine: 'onnx',
      ...modelSettings(prepared),
    },
    signal,
  );
  const urlOf = (serving: ServingName): string =>
    `http://${address}:${servingFactsOf(serving).rest.port}`;
  const middleware = await startMiddleware({
    servers: [],
    servingUrls: Object.fromEntries(servings.map((serving) => [serving, { rest: urlOf(serving) }])),
    weightsTrained: Object.fromEntries(servings.map((serving) => [serving, trained])),
    imagesDir: defaultImagesDir,
    model: CLASSIFIER,
    port: 0,
    processes: 1,
    upstreamTimeoutMs: ANSWER_TIMEOUT_MS,
    seed: 1,
  });
  const setup = { prepared, middlewareUrl: middleware.url, answers };
  const results: Record<string, PreparedServing> = { ...prepared.servings };
  try {
    for (const serving of servings) {
      const own = targets.filter((target) => target.serving === serving);
      const problem = await testServing(serving, own, setup, tell, signal);
      if (problem === undefined) continue;
      results[serving] = { ...results[serving], problem };
      tell(`${serving} is not available: ${problem}`);
    }
  } finally {
    await middleware.stop();
  }
  writePreparedServings({ ...prepared, servings: results });
  return Object.entries(results).flatMap(([serving, { problem }]) =>
    problem === undefined ? [] : [{ serving, reason: problem }],
  );
};
