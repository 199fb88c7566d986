import { Annotations, Stack } from 'aws-cdk-lib';
import { MachineImage, OperatingSystemType, type IMachineImage } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { publicImageParameters } from '../deployment/public-images.ts';
import type { NodeRole } from '../deployment/tags.ts';

/**
 * The image of a node: the pinned one, or the newest at the time of each deployment, which is warned of: a new image would
 * replace the nodes, and "cdk diff" does not show it.
 */
export const machineImage = (
  scope: Construct,
  role: NodeRole,
  ami: string | undefined,
): IMachineImage => {
  if (ami !== undefined) return MachineImage.genericLinux({ [Stack.of(scope).region]: ami });
  Annotations.of(scope).addWarningV2(
    `serving-compare:unpinned-${role}-ami`,
    `The image of the ${role} node is not pinned: each deployment takes the newest and may replace the node. "npx serving-compare doctor --pin-amis" writes the ids of today's images to serving-compare.json.`,
  );
  return MachineImage.fromSsmParameter(publicImageParameters[role], {
    os: OperatingSystemType.LINUX,
  });
};
