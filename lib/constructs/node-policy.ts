import { Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { runKeys } from '../deployment/run-keys.ts';
import type { NodeRole } from '../deployment/tags.ts';
import type { BundleAsset } from './bundle-asset.ts';
import type { Results } from './results.ts';

/**
 * What the SSM agent needs for Run Command, instead of the far wider AmazonSSMManagedInstanceCore:
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-setting-up-messageAPIs.html
 */
export const SSM_AGENT_ACTIONS = [
  'ssm:UpdateInstanceInformation',
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
] as const;

export interface NodePolicyProps {
  readonly role: NodeRole;
  readonly pair: number;
  readonly results: Results;
  /** Objects that the node fetches. */
  readonly assets: readonly BundleAsset[];
}

/** The bucket's ARN as other stacks import it. */
const importedBucketArn = ({ bucket }: Results): string =>
  Stack.of(bucket).exportValue(bucket.bucketArn);

export const allow = (
  sid: string,
  actions: readonly string[],
  resources: readonly string[],
  conditions: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {},
): PolicyStatement =>
  new PolicyStatement({
    sid,
    effect: Effect.ALLOW,
    actions: [...actions],
    resources: [...resources],
    conditions,
  });

/** What of its pair's part of the bucket a node writes. */
const OWN_PARTS: Readonly<Record<NodeRole, string>> = {
  serving: 'logs/serving/*',
  middleware: '*',
};

/** Objects below a prefix, and their names. */
export const allowReading = (role: Role, results: Results, prefix: string): void => {
  const bucket = importedBucketArn(results);
  role.addToPolicy(allow('ReadRuns', ['s3:GetObject'], [`${bucket}/${prefix}*`]));
  const below = { StringLike: { 's3:prefix': [`${prefix}*`] } };
  role.addToPolicy(allow('ListRuns', ['s3:ListBucket'], [bucket], below));
};

/** The role of a node: what every node may, and a serving node a user's model of any run. */
export const nodeRole = (scope: Construct, id: string, props: NodePolicyProps): Role => {
  const { role: what, pair, results, assets } = props;
  const bucket = importedBucketArn(results);
  const role = new Role(scope, id, {
    assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
    description: `${what} node ${pair} of serving-compare`,
  });
  // Below the prefix of its pair only: no two nodes ever write one object. The ids of runs are not known before.
  const own = `${bucket}/runs/*/pair-${pair}/${OWN_PARTS[what]}`;
  role.addToPolicy(allow('Agent', SSM_AGENT_ACTIONS, ['*']));
  role.addToPolicy(
    allow(
      'Bundle',
      ['s3:GetObject'],
      assets.map((asset) => asset.objectArn),
    ),
  );
  role.addToPolicy(allow('Write', ['s3:PutObject'], [own]));
  if (what === 'serving') allowReading(role, results, runKeys.model('*'));
  role.addToPolicy(
    allow('Log', ['logs:CreateLogStream', 'logs:PutLogEvents'], [results.logGroup.logGroupArn]),
  );
  return role;
};
