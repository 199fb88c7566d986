import type { NodeRole } from './tags.ts';

/** Roles with an image of their own; load nodes are made from that of the middleware nodes. */
export const IMAGE_ROLES = ['serving', 'middleware'] as const satisfies readonly NodeRole[];
export type ImageRole = (typeof IMAGE_ROLES)[number];

/** Public SSM parameters that hold the id of the newest image for a node. */
export const publicImageParameters: Readonly<Record<ImageRole, string>> = {
  serving:
    '/aws/service/deeplearning/ami/x86_64/base-oss-nvidia-driver-gpu-amazon-linux-2023/latest/ami-id',
  middleware: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
};
