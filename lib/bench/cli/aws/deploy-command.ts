import type { DeploymentConfig } from '../../../aws/config/index.ts';
import type { Aws } from '../../aws/clients.ts';
import { earliestDeadline } from '../../aws/deadlines.ts';
import { deploy, type DeployResult } from '../../aws/cdk-deploy.ts';
import { isCapacity } from '../../aws/deploy-failures.ts';
import { findDeployment, pricePerHourOf } from '../../aws/find-deployment.ts';
import { readNodes } from '../../aws/node-states.ts';
import { configFileOf } from '../../aws/read-config.ts';
import { usdText } from '../../aws/status-text.ts';
import { commandLines } from '../../wording/text-layout.ts';
import { jsonText, type Command } from '../command.ts';
import { withAws } from './aws-context.ts';
import type { deployOptions } from './aws-options.ts';

const failuresText = (
  { exitCode, failures }: Extract<DeployResult, { state: 'failed' }>,
  region: string,
): string =>
  failures.length === 0
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

/** Reads the pairs of the deployment, its price and its deadline. */
const readDeployment = async (aws: Aws, config: DeploymentConfig) => {
  const { pairs } = await findDeployment(aws, config.name);
  return {
    pairs: pairs.map(({ pair, availabilityZone }) => ({ pair, availabilityZone })),
    usdPerHour: pricePerHourOf(pairs),
    deadline: earliestDeadline(await readNodes(aws, pairs), pairs),
  };
};

/** Deploys all stacks, and tries other zones if one has no capacity. */
export const deployCommand: Command<typeof deployOptions> = (values, context) => {
  const { console, signal } = context;
  const { json } = values;
  return withAws(values.config, async ({ aws, config }) => {
    const result = await deploy({
      aws,
      config,
      configFile: configFileOf(values.config),
      cdkArguments: values['cdk-options'],
      tell: (line) => console.err(`${line}\n`),
      signal,
      cdkOutput: json ? 2 : 1,
    });
    if (result.state === 'failed') {
      if (json) console.out(jsonText(result));
      else console.err(failuresText(result, config.region));
      return 1;
    }
    const { pairs, usdPerHour, deadline } = await readDeployment(aws, config);
    console.out(
      json
        ? jsonText({ ...result, pairs, usdPerHour, deadline })
        : [
            `"${config.name}" is deployed with ${pairs.length === 1 ? 'pair' : 'pairs'} ${pairs.map(({ pair, availabilityZone }) => `${pair} in ${availabilityZone}`).join(', ')}`,
            `it costs ${usdText(usdPerHour)} an hour and ends itself ${deadline === undefined ? 'at its deadline' : `at ${deadline.toISOString()}`}; "npx serving-compare extend 4h" moves that`,
            '  npx serving-compare doctor',
            '  npx serving-compare run --on aws --profile quick',
            '  npx serving-compare fetch --all --delete && npx cdk destroy --all && npx serving-compare leftovers',
            '',
          ].join('\n'),
    );
    return 0;
  });
};
