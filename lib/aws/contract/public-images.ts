import type { NodeRole } from './tags.ts';

/** Public SSM parameters with the id of the newest AMI for each role. */
export const publicImageParameters: Readonly<Record<NodeRole, string>> = {
  serving:
    '/aws/service/deeplearning/ami/x86_64/base-oss-nvidia-driver-gpu-amazon-linux-2023/latest/ami-id',
  middleware: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
};
