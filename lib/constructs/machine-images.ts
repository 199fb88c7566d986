import { Annotations, Stack } from 'aws-cdk-lib';
import { MachineImage, OperatingSystemType, type IMachineImage } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { publicImageParameters } from '../deployment/public-images.ts';
import type { NodeRole } from '../deployment/tags.ts';

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
