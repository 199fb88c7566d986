import { Annotations, ContextProvider, Stack, Token } from 'aws-cdk-lib';
import { ContextProvider as ContextSource } from 'aws-cdk-lib/cloud-assembly-schema';
import { MachineImage, OperatingSystemType, type IMachineImage } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { publicImageParameters } from '../deployment/public-images.ts';
import type { NodeRole } from '../deployment/tags.ts';

/**
 * The configuration with the newest images where it names none. The command line of CDK asks for them once and keeps them in
 * cdk.context.json, so that a later deployment leaves the nodes as they are. Without an account they stay open.
 */
export const keepImages = (scope: Construct, config: Config): Config => {
  if (Token.isUnresolved(Stack.of(scope).account)) return config;
  const newest = (role: NodeRole): string =>
    ContextProvider.getValue(scope, {
      provider: ContextSource.SSM_PARAMETER_PROVIDER,
      props: { parameterName: publicImageParameters[role] },
      // Of the first pass, which asks for the real one.
      dummyValue: 'ami-00000000',
    }).value as string;
  return {
    ...config,
    servingAmi: config.servingAmi ?? newest('serving'),
    middlewareAmi: config.middlewareAmi ?? newest('middleware'),
  };
};

/**
 * The image of a node: the given one, or the newest at the time of each deployment, which is warned of: a new image would
 * replace the node, "cdk diff" does not show it, and nothing waits for the new node.
 */
export const machineImage = (
  scope: Construct,
  role: NodeRole,
  ami: string | undefined,
): IMachineImage => {
  if (ami !== undefined) return MachineImage.genericLinux({ [Stack.of(scope).region]: ami });
  Annotations.of(scope).addWarningV2(
    `serving-compare:unpinned-${role}-ami`,
    `Without credentials the image of the ${role} node stays open: each deployment of this template takes the newest, may replace the node, and does not wait for it. With credentials, or with ${role}Ami in serving-compare.json, it is fixed.`,
  );
  return MachineImage.fromSsmParameter(publicImageParameters[role], {
    os: OperatingSystemType.LINUX,
  });
};
