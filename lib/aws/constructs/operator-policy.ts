import { Stack } from 'aws-cdk-lib';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { documentIds } from '../contract/documents/index.ts';
import { deploymentTags, tagKeys } from '../contract/tags.ts';
import { allow } from './node-policy.ts';
import type { NodeDocuments } from './node-documents.ts';
import type { Results } from './results.ts';

export interface OperatorPolicyProps {
  readonly deployment: string;
  readonly documents: NodeDocuments;
  readonly results: Results;
}

/** Actions that AWS cannot restrict to single resources; all of them only read. */
const UNRESTRICTED = {
  runCommand: ['ssm:GetCommandInvocation', 'ssm:DescribeInstanceInformation'],
  find: [
    'cloudformation:ListStacks',
    'ec2:DescribeImages',
    'ec2:DescribeInstances',
    'ec2:DescribeInstanceTypeOfferings',
    'ec2:DescribeInstanceTypes',
    'ec2:DescribeInternetGateways',
    'ec2:DescribeVolumes',
    'ec2:DescribeVpcs',
    'servicequotas:GetAWSDefaultServiceQuota',
    'servicequotas:GetServiceQuota',
  ],
} as const;

/**
 * The rights needed to run benchmarks on an existing deployment: `npx serving-compare run`, `status`, `logs`, `cancel`,
 * `fetch`, `extend`, `doctor` and `leftovers`, and to read the logs of its nodes, but not to deploy or destroy it. `doctor` tells those who may not
 * launch instances, reserve capacity or read private images that it could not check these.
 *
 * Resources deployed: a managed policy that is attached to nobody.
 *
 * Security considerations: commands are limited to the documents of this deployment and to instances with its tags.
 */
export class OperatorPolicy extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: OperatorPolicyProps) {
    super(scope, id);
    const { deployment, documents, results } = props;
    const stack = Stack.of(this);
    const bucket = results.bucket.bucketArn;
    const arnOf = (service: string, resource: string, resourceName: string): string =>
      stack.formatArn({ service, resource, resourceName });
    const instances = arnOf('ec2', 'instance', '*');
    const stacks = arnOf('cloudformation', 'stack', `${deployment}-*`);
    const bootstrapPath = arnOf('ssm', 'parameter', 'cdk-bootstrap');
    const bootstrapVersions = arnOf('ssm', 'parameter', 'cdk-bootstrap/*');
    const publicParameters = stack.formatArn({
      service: 'ssm',
      account: '',
      resource: 'parameter',
      resourceName: 'aws/service/*',
    });
    const tagged = (prefix: string): Readonly<Record<string, string>> =>
      Object.fromEntries(
        Object.entries(deploymentTags(deployment)).map(([key, value]) => [
          `${prefix}/${key}`,
          value,
        ]),
      );
    const documentArns = documentIds.map((document) => documents.arnOf(document));
    const policy = new ManagedPolicy(this, 'Policy', {
      description: `Runs benchmarks on the deployment ${deployment} of serving-compare`,
      statements: [
        allow('Documents', ['ssm:SendCommand'], documentArns),
        allow('Nodes', ['ssm:SendCommand'], [instances], {
          StringEquals: tagged('ssm:resourceTag'),
        }),
        allow('Deadlines', ['ec2:CreateTags'], [instances], {
          StringEquals: tagged('aws:ResourceTag'),
          'ForAllValues:StringEquals': { 'aws:TagKeys': tagKeys.deadline },
        }),
        allow('Commands', UNRESTRICTED.runCommand, ['*']),
        // An interrupted command is cancelled on the node, too. AWS cannot restrict this to single resources.
        allow('CancelCommands', ['ssm:CancelCommand'], ['*']),
        allow('Results', ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], [`${bucket}/*`]),
        allow('Bucket', ['s3:ListBucket'], [bucket]),
        allow(
          'Stacks',
          ['cloudformation:DescribeStacks', 'cloudformation:DescribeStackEvents'],
          [stacks],
        ),
        allow('Logs', ['logs:FilterLogEvents'], [results.logGroup.logGroupArn]),
        allow('PublicImages', ['ssm:GetParameter'], [publicParameters]),
        allow('Bootstrap', ['ssm:GetParametersByPath'], [bootstrapPath, bootstrapVersions]),
        allow('Find', UNRESTRICTED.find, ['*']),
      ],
    });
    this.arn = policy.managedPolicyArn;
  }
}
