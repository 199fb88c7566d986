import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EC2Client } from '@aws-sdk/client-ec2';
import { SSMClient } from '@aws-sdk/client-ssm';

import type { Emulator } from '../support/emulator.ts';

/** Real clients of an emulator, without retries, so that a test sees each answer. */
export const clientsOf = ({ url }: Emulator) => {
  const config = {
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
    maxAttempts: 1,
  };
  return {
    cloudFormation: new CloudFormationClient(config),
    ec2: new EC2Client(config),
    ssm: new SSMClient(config),
  };
};

export type Clients = ReturnType<typeof clientsOf>;
