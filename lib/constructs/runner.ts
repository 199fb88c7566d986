import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { NodeEnvironment } from '../deployment/node-environment.ts';
import { runKeys } from '../deployment/run-keys.ts';
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

/** What the middleware node of a pair knows beside what every node does: its serving node, how to drive it, and its k6. */
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

/** Lets the middleware node of a pair read runs, and drive the serving node of that pair and no other. */
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
  // Of a bucket with k6 in it that one object.
  const mirror = /^s3:\/\/(.+)$/.exec(config.k6Url)?.[1];
  if (mirror === undefined) return;
  const arnFormat = ArnFormat.NO_RESOURCE_NAME;
  const object = { service: 's3', region: '', account: '', resource: mirror, arnFormat };
  role.addToPolicy(allow('FetchK6', ['s3:GetObject'], [stack.formatArn(object)]));
};
