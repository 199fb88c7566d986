import { verbatim } from '../../../../serving-configs/options/kinds.ts';
import type { DeploymentConfig } from '../../../aws/config/index.ts';
import { priceText } from '../../../aws/prices/price-text.ts';
import type { DeployResult } from '../../aws/cdk-deploy.ts';
import type { Aws } from '../../aws/clients.ts';
import { configFileOf } from '../../aws/read-config.ts';
import { counted } from '../../wording/format-number.ts';
import { commandLines } from '../../wording/text-layout.ts';
import { command, jsonText } from '../command.ts';
import { confirm } from '../confirm.ts';
import { yes } from '../options.ts';
import { awsOptions, withAws } from './aws-command.ts';
import { deployMinutes, IDLE_TEXT, QUICK_RUN } from './deployment-text.ts';

const failuresText = async (
  { exitCode, failures }: Extract<DeployResult, { state: 'failed' }>,
  region: string,
): Promise<string> => {
  const { isCapacity } = await import('../../aws/deploy-failures.ts');
  return failures.length === 0
    ? `"cdk deploy" ended with exit code ${exitCode} before any stack failed; its output is above\n`
    : failures
        .map((failure) => {
          const { stack, reason } = failure;
          const hint = isCapacity(failure)
            ? 'AWS may have capacity later or in other zones: name more zones as "otherAvailabilityZones", or leave it and "availabilityZone" out to try all; then deploy again: npx serving-compare deploy'
            : `"npx serving-compare doctor" checks quotas, rights and zones; all events: aws cloudformation describe-stack-events --region ${region} --stack-name ${stack}`;
          return `error: ${stack}: ${reason}\n${commandLines('hint:  ', hint).join('\n')}\n`;
        })
        .join('');
};

/** Reads the pairs of the deployment, its price and its deadline. */
const readDeployment = async (aws: Aws, config: DeploymentConfig) => {
  const { earliestDeadline } = await import('../../aws/deadlines.ts');
  const { findDeployment, pricePerHourOf } = await import('../../aws/find-deployment.ts');
  const { readNodes } = await import('../../aws/node-states.ts');
  const { pairs } = await findDeployment(aws, config.name);
  return {
    pairs: pairs.map(({ pair, availabilityZone, unavailable }) => ({
      pair,
      availabilityZone,
      unavailable,
    })),
    usdPerHour: pricePerHourOf(pairs),
    deadline: earliestDeadline(await readNodes(aws, pairs), pairs),
  };
};

/** Says what stands, what it lacks, what it costs, when it ends, and what to do next. */
const deployedText = async (
  name: string,
  { pairs, usdPerHour, deadline }: Awaited<ReturnType<typeof readDeployment>>,
): Promise<string> => {
  const { usdText } = await import('../../aws/status-text.ts');
  const { unavailableLines } = await import('../../aws/unavailable-lines.ts');
  const places = pairs.map(({ pair, availabilityZone }) => `${pair} in ${availabilityZone}`);
  const end = deadline === undefined ? 'at their deadline' : `at ${deadline.toISOString()}`;
  return [
    `"${name}" is deployed with ${pairs.length === 1 ? 'pair' : 'pairs'} ${places.join(', ')}`,
    ...unavailableLines(pairs),
    `it costs ${usdText(usdPerHour)} an hour; the nodes end themselves ${end} ("npx serving-compare extend 4h" moves that), or ${IDLE_TEXT}`,
    'next, a quick run, which shows whether everything works; then the study; at the end, remove everything:',
    `  npx serving-compare run --on aws ${QUICK_RUN.join(' ')}`,
    '  npx serving-compare run --on aws --profile replicate-2021 --detach',
    '  npx serving-compare finish',
    '',
  ].join('\n');
};

/** What the user agrees to. */
const questionOf = (config: DeploymentConfig): string => {
  const { name, region, pairs, servingInstanceType, middlewareInstanceType } = config;
  return [
    `"${name}" in ${region}: ${counted(pairs, 'pair')} of ${servingInstanceType}, which serves, and ${middlewareInstanceType}, which measures`,
    `it ${priceText(config)}`,
    `its nodes also end ${IDLE_TEXT}`,
    `deploying takes about ${deployMinutes(config)} minutes; it creates a network, a bucket, and roles for the nodes`,
    'Deploy?',
  ].join('\n');
};

/** Whether the CDK is told what to ask, so that this command need not ask. */
const isAskedByCdk = (cdkOptions: readonly string[]): boolean =>
  cdkOptions.some((option) => option.startsWith('--require-approval'));

/** Deploys all stacks, and tries other zones if one has no capacity. */
export const deploy = command({
  description:
    'Says what it costs and when it ends, asks once, and calls "cdk deploy --all". Meanwhile it shows what the nodes do. If AWS has no capacity for a pair, it tries the next of otherAvailabilityZones. Without availabilityZone and otherAvailabilityZones it tries the zones that offer both instance types. Pairs whose nodes have ended are deployed again.',
  words: ['cdk-options'],
  options: {
    'cdk-options': {
      kind: verbatim,
      description:
        'options for "cdk deploy", after --; with --require-approval only the CDK asks, or nobody',
      default: [],
    },
    yes,
    ...awsOptions,
  },
  examples: [
    'npx serving-compare deploy',
    'npx serving-compare deploy -- --require-approval never',
  ],
  exitCodes: '0 deployed; 1 not deployed; 2 could not run; 130 interrupted',
  run: ({ json, 'cdk-options': cdkOptions, ...values }, context) =>
    withAws(values.config, async ({ aws, config }) => {
      const { console, signal } = context;
      const { checkCredentials } = await import('../../aws/doctor/account.ts');
      await checkCredentials(aws);
      const asksHere = !isAskedByCdk(cdkOptions);
      if (asksHere && !values.yes && !(await confirm(questionOf(config), context))) {
        console.err('nothing is deployed\n');
        return 1;
      }
      const { deploy: deployAll } = await import('../../aws/cdk-deploy.ts');
      const result = await deployAll({
        aws,
        config,
        configFile: configFileOf(values.config),
        cdkArguments: [...(asksHere ? ['--require-approval', 'never'] : []), ...cdkOptions],
        tell: (line) => console.err(`${line}\n`),
        signal,
        cdkOutput: json ? 2 : 1,
      });
      if (result.state === 'failed') {
        if (json) console.out(jsonText(result));
        else console.err(await failuresText(result, config.region));
        return 1;
      }
      const deployed = await readDeployment(aws, config);
      console.out(
        json ? jsonText({ ...result, ...deployed }) : await deployedText(config.name, deployed),
      );
      return 0;
    }),
});
