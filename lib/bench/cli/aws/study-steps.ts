import { pairPrice } from '../../../aws/prices/prices.ts';
import { assertServings } from '../../aws/choose-pairs.ts';
import { earliestDeadline, neededSeconds } from '../../aws/deadlines.ts';
import { findDeployment } from '../../aws/find-deployment.ts';
import { readProgress } from '../../aws/follow-run.ts';
import { readNodes } from '../../aws/node-states.ts';
import { estimateRun } from '../../aws/prepare-request.ts';
import { newRunId } from '../../aws/run-request.ts';
import { totalsOf, usdText } from '../../aws/status-text.ts';
import type { PlanOverrides } from '../../model/plan-options.ts';
import { requestedOptions } from '../../run/make-plan.ts';
import { durationText } from '../../wording/format-number.ts';
import type { CommandContext } from '../command.ts';
import { askedPlan } from '../plan-request.ts';
import { run } from '../run.ts';
import { readStep, runStep, type AwsContext } from './aws-command.ts';
import { deployMinutes, IDLE_TEXT } from './deployment-text.ts';
import { extend } from './extend.ts';
import { readNodeModel } from './run-on-aws.ts';

/** How long everything takes, in seconds. */
interface StudyTimes {
  readonly deployment: number;
  readonly trial: number;
  readonly study: number;
  /** How long the nodes must live for the study. */
  readonly needed: number;
}

/** Estimates how long everything takes, from the command lines of the two runs. */
export const studyTimes = async (
  { config }: AwsContext,
  { quick, words }: { readonly quick: readonly string[]; readonly words: readonly string[] },
  signal: AbortSignal,
): Promise<StudyTimes> => {
  const secondsOf = async (line: readonly string[]): Promise<number> => {
    const values = readStep(['run', run], line);
    const asked = askedPlan({ ...values, config: undefined }, await readNodeModel(values, signal));
    return estimateRun(config, asked).seconds;
  };
  const [trial, study] = [await secondsOf(quick), await secondsOf(words)];
  return { deployment: deployMinutes(config) * 60, trial, study, needed: neededSeconds(study) };
};

/** Says how long it takes, what it costs, and when the nodes end. */
export const timesText = (
  { config }: AwsContext,
  { deployment, trial, study, needed }: StudyTimes,
): string => {
  const seconds = deployment + trial + study;
  const perHour = pairPrice(config)?.perHour;
  const usdPerHour = perHour === undefined ? undefined : perHour * config.pairs;
  const usd = usdPerHour === undefined ? undefined : (usdPerHour * seconds) / 3600;
  const hours = Math.max(config.maxHours, Math.ceil((deployment + trial + needed) / 3600));
  return [
    `about ${durationText(seconds)}: ${durationText(deployment)} to deploy, ${durationText(trial)} for a quick run, ${durationText(study)} for the study`,
    `about ${usdText(usd)}: ${usdText(usdPerHour)} an hour for ${config.pairs * 2} nodes in ${config.region}`,
    `the nodes end when the study has ended and its results are in the bucket; in any case ${hours} hours after their start, or ${IDLE_TEXT}`,
  ].join('\n');
};

/** @throws BenchError if the study would lack a serving that the nodes cannot start. */
export const assertAllServings = async (
  { aws, config }: AwsContext,
  asked: Pick<PlanOverrides, 'profile' | 'servings'>,
): Promise<void> =>
  assertServings((await findDeployment(aws, config.name)).pairs, requestedOptions(asked));

/**
 * Makes a quick run, which shows whether everything works, and says so if it does not.
 *
 * @returns whether every measurement was taken
 */
export const tryNodes = async (
  { aws, config }: AwsContext,
  quick: readonly string[],
  context: CommandContext,
): Promise<boolean> => {
  const runId = newRunId(new Date(), 'trial');
  await runStep(['run', run], [...quick, '--run-id', runId], context);
  const progress = await readProgress(aws, await findDeployment(aws, config.name), runId);
  if (progress.state === 'completed' && totalsOf(progress).failed === 0) return true;
  context.console.err(
    [
      'measurements of the quick run failed, so the study does not start; the nodes keep running. Their logs, or the end:',
      `  npx serving-compare logs ${runId}`,
      '  npx serving-compare finish',
      '',
    ].join('\n'),
  );
  return false;
};

/** Makes the nodes live long enough for the study. */
export const extendIfNeeded = async (
  { aws, config }: AwsContext,
  needed: number,
  configured: readonly string[],
  context: CommandContext,
): Promise<void> => {
  const { pairs } = await findDeployment(aws, config.name);
  const deadline = earliestDeadline(await readNodes(aws, pairs), pairs);
  if (deadline === undefined || deadline.getTime() - Date.now() >= needed * 1000) return;
  await runStep(['extend', extend], [`${Math.ceil(needed / 3600)}h`, ...configured], context);
};
