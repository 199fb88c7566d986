import { Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { EcrRepositories } from '../config/index.ts';
import { runKeys } from '../contract/run-keys.ts';
import type { NodeRole } from '../contract/tags.ts';
import type { BundleAsset } from './bundle-asset.ts';
import type { Results } from './results.ts';

/**
 * The actions that the SSM agent needs for Run Command; AmazonSSMManagedInstanceCore would allow far more:
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
  /** Objects that the node downloads. */
  readonly assets: readonly BundleAsset[];
  /** Private repositories that a serving node pulls images from. */
  readonly repositories: readonly EcrRepositories[];
}

/** The ARN of the bucket, exported from the base stack to the stacks of the pairs. */
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

/** The keys that a node may write, below the prefix of its pair. */
const WRITABLE_KEYS: Readonly<Record<NodeRole, string>> = {
  serving: 'logs/serving/*',
  middleware: '*',
};

/** Allows a role to read and list the objects below a prefix. */
export const allowReading = (role: Role, results: Results, prefix: string): void => {
  const bucket = importedBucketArn(results);
  role.addToPolicy(allow('ReadRuns', ['s3:GetObject'], [`${bucket}/${prefix}*`]));
  const belowPrefix = { StringLike: { 's3:prefix': [`${prefix}*`] } };
  role.addToPolicy(allow('ListRuns', ['s3:ListBucket'], [bucket], belowPrefix));
};

/** Allows a role to pull images from private repositories of ECR. */
const allowPulling = (role: Role, repositories: readonly EcrRepositories[]): void => {
  if (repositories.length === 0) return;
  role.addToPolicy(allow('RegistryLogin', ['ecr:GetAuthorizationToken'], ['*']));
  const arns = repositories.map(({ account, region, repositories: resourceName }) =>
    Stack.of(role).formatArn({
      service: 'ecr',
      account,
      region,
      resource: 'repository',
      resourceName,
    }),
  );
  role.addToPolicy(allow('Pull', ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], arns));
};

/** Creates the role of a node. A serving node may also read the users' models of all runs, and pull images. */
export const createNodeRole = (scope: Construct, id: string, props: NodePolicyProps): Role => {
  const { role: roleOfNode, pair, results, assets, repositories } = props;
  const bucket = importedBucketArn(results);
  const role = new Role(scope, id, {
    assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
    description: `${roleOfNode} node ${pair} of serving-compare`,
  });
  // Only below the prefix of its pair, so that no two nodes write the same object. The ids of runs are not known yet.
  const writable = `${bucket}/runs/*/pair-${pair}/${WRITABLE_KEYS[roleOfNode]}`;
  role.addToPolicy(allow('Agent', SSM_AGENT_ACTIONS, ['*']));
  role.addToPolicy(
    allow(
      'Bundle',
      ['s3:GetObject'],
      assets.map((asset) => asset.objectArn),
    ),
  );
  role.addToPolicy(allow('Write', ['s3:PutObject'], [writable]));
  if (roleOfNode === 'serving') {
    allowReading(role, results, runKeys.model('*'));
    allowPulling(role, repositories);
  }
  role.addToPolicy(
    allow('Log', ['logs:CreateLogStream', 'logs:PutLogEvents'], [results.logGroup.logGroupArn]),
  );
  return role;
};
