import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { NodeEnvironment } from '../contract/node-environment.ts';
import { runKeys } from '../contract/run-keys.ts';
import type { BenchNode } from './bench-node.ts';
import type { NodeContext } from './node-context.ts';
import { allow, allowReading } from './node-policy.ts';

/** The documents that a runner sends to its serving node. */
const RUNNER_DOCUMENTS = [
  'StartServing',
  'StopServing',
  'InspectServing',
  'DisturbServing',
  'EndNode',
] as const;

/** The additional variables of a middleware node: its serving node, the documents that control it, and the k6 release. */
export const runnerVariables = (
  { config, shared }: NodeContext,
  serving: BenchNode,
): Partial<NodeEnvironment> => ({
  SC_SERVING_HOST: serving.privateIp,
  SC_SERVING_INSTANCE: serving.instanceId,
  SC_DOCUMENTS: JSON.stringify(
    Object.fromEntries(RUNNER_DOCUMENTS.map((id) => [id, shared.documents.nameOf(id)])),
  ),
  SC_K6_VERSION: config.k6Version,
  SC_K6_URL: config.k6Url,
  SC_K6_SHA256: config.k6Sha256 ?? '',
});

/** Allows the middleware node of a pair to read runs, and to control the serving node of this pair only. */
export const allowRunner = (
  { config, shared: { results, documents } }: NodeContext,
  { role }: BenchNode,
  serving: BenchNode,
): void => {
  const stack = Stack.of(role);
  const instance = { service: 'ec2', resource: 'instance', resourceName: serving.instanceId };
  allowReading(role, results, runKeys.runs);
  role.addToPolicy(
    allow(
      'DriveServing',
      ['ssm:SendCommand'],
      [...RUNNER_DOCUMENTS.map((id) => documents.arnOf(id)), stack.formatArn(instance)],
    ),
  );
  role.addToPolicy(
    allow('FollowCommands', ['ssm:GetCommandInvocation', 'ssm:CancelCommand'], ['*']),
  );
  const k6Object = /^s3:\/\/(.+)$/.exec(config.k6Url)?.[1];
  if (k6Object === undefined) return;
  const arnFormat = ArnFormat.NO_RESOURCE_NAME;
  const arn = { service: 's3', region: '', account: '', resource: k6Object, arnFormat };
  role.addToPolicy(allow('FetchK6', ['s3:GetObject'], [stack.formatArn(arn)]));
};
