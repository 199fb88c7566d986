import { verbatim } from '../../../../serving-configs/options/kinds.ts';
import type { DeploymentConfig } from '../../../aws/config/index.ts';
import type { DeployResult } from '../../aws/cdk-deploy.ts';
import type { Aws } from '../../aws/clients.ts';
import { configFileOf } from '../../aws/read-config.ts';
import { commandLines } from '../../wording/text-layout.ts';
import { command, jsonText } from '../command.ts';
import { awsOptions, withAws } from './aws-command.ts';

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
    pairs: pairs.map(({ pair, availabilityZone }) => ({ pair, availabilityZone })),
    usdPerHour: pricePerHourOf(pairs),
    deadline: earliestDeadline(await readNodes(aws, pairs), pairs),
  };
};

/** Deploys all stacks, and tries other zones if one has no capacity. */
export const deploy = command({
  description:
    'Calls "cdk deploy --all". If AWS has no capacity for a pair, it tries the next of otherAvailabilityZones. Without availabilityZone and otherAvailabilityZones it tries the zones that offer both instance types. Prints what it costs and when it ends.',
  words: ['cdk-options'],
  options: {
    'cdk-options': {
      kind: verbatim,
      description: 'options for "cdk deploy", after --',
      default: [],
    },
    ...awsOptions,
  },
  examples: [
    'npx serving-compare deploy',
    'npx serving-compare deploy -- --require-approval never',
  ],
  exitCodes: '0 deployed; 1 not deployed; 2 could not run; 130 interrupted',
  run: ({ json, ...values }, { console, signal }) =>
    withAws(values.config, async ({ aws, config }) => {
      const { deploy: deployAll } = await import('../../aws/cdk-deploy.ts');
      const { usdText } = await import('../../aws/status-text.ts');
      const result = await deployAll({
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
        else console.err(await failuresText(result, config.region));
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
    }),
});
