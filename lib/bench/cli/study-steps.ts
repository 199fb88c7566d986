import { pairPrice } from '../../aws/prices/prices.ts';
import { assertServings } from '../aws/choose-pairs.ts';
import { earliestDeadline, neededSeconds } from '../aws/deadlines.ts';
import { findDeployment, remainsOf } from '../aws/find-deployment.ts';
import { readProgress } from '../aws/follow-run.ts';
import { isLost, readNodes } from '../aws/node-states.ts';
import { planConfigured } from '../aws/prepare-request.ts';
import { readStacks } from '../aws/read-stacks.ts';
import { newRunId } from '../aws/run-request.ts';
import { totalsOf, usdText } from '../aws/status-text.ts';
import type { PlanOverrides } from '../model/plan-options.ts';
import { requestedOptions } from '../run/make-plan.ts';
import { durationText } from '../wording/format-number.ts';
import type { CommandContext } from './command.ts';
import { askedPlan } from './plan-request.ts';
import { run } from './run.ts';
import { readStep, runStep, type AwsContext } from './aws/aws-command.ts';
import { deployMinutes, IDLE_TEXT } from './aws/deployment-text.ts';
import { extend } from './aws/extend.ts';
import { readNodeModel } from './aws/run-on-aws.ts';

/** How long everything takes, in seconds. */
interface StudyTimes {
  readonly deployment: number;
  readonly trial: number;
  readonly study: number;
}

/** Whether every pair is deployed and has its nodes. */
const stands = async ({ aws, config }: AwsContext): Promise<boolean> => {
  const pairs = remainsOf(config.name, await readStacks(aws, config.name))?.pairs ?? [];
  return pairs.length === config.pairs && !(await readNodes(aws, pairs)).some(isLost);
};

/** Estimates how long a run takes, in seconds, from its command line. */
export const runSeconds = async (
  { config }: AwsContext,
  words: readonly string[],
  signal: AbortSignal,
): Promise<number> => {
  const values = readStep(['run', run], words);
  const asked = await askedPlan(
    { ...values, config: undefined },
    await readNodeModel(values, signal),
  );
  return planConfigured(config, asked).estimate.seconds;
};

/** How long a deployment takes, in seconds: 0 if it stands already. */
export const deploySeconds = async (site: AwsContext): Promise<number> =>
  (await stands(site)) ? 0 : deployMinutes(site.config) * 60;

/** Says how long it takes, what it costs, and when the nodes end. */
export const timesText = (
  { config }: AwsContext,
  { deployment, trial, study }: StudyTimes,
): string => {
  const seconds = deployment + trial + study;
  const perHour = pairPrice(config)?.perHour;
  const usdPerHour = perHour === undefined ? undefined : perHour * config.pairs;
  const usd = usdPerHour === undefined ? undefined : (usdPerHour * seconds) / 3600;
  const isDeployed = deployment === 0;
  // Nodes that stand are a while old, and live longer only if the study needs it.
  const hours = Math.ceil((deployment + trial + neededSeconds(study)) / 3600);
  const end = isDeployed
    ? `at their deadline, which is moved if it is within ${hours} hours`
    : `${Math.max(config.maxHours, hours)} hours after their start`;
  return [
    `about ${durationText(seconds)}: ${isDeployed ? '' : `${durationText(deployment)} to deploy, `}${durationText(trial)} for a quick run, ${durationText(study)} for the study`,
    `about ${usdText(usd)}: ${usdText(usdPerHour)} an hour for ${config.pairs * 2} nodes in ${config.region}`,
    `the nodes end when the study has ended and its results are in the bucket; in any case ${end}, or ${IDLE_TEXT}`,
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
  studySeconds: number,
  configured: readonly string[],
  context: CommandContext,
): Promise<void> => {
  const needed = neededSeconds(studySeconds);
  const { pairs } = await findDeployment(aws, config.name);
  const deadline = earliestDeadline(await readNodes(aws, pairs), pairs);
  if (deadline === undefined || deadline.getTime() - Date.now() >= needed * 1000) return;
  await runStep(['extend', extend], [`${Math.ceil(needed / 3600)}h`, ...configured], context);
};
