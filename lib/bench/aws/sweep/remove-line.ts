import { shellLine } from '../shell-text.ts';

type RemoveWords = (id: string) => readonly string[];

const ec2 =
  (...words: readonly string[]): RemoveWords =>
  (id) => ['ec2', ...words, id];

const REMOVE: Readonly<Record<string, RemoveWords>> = {
  stack: (id) => ['cloudformation', 'delete-stack', '--stack-name', id],
  instance: ec2('terminate-instances', '--instance-ids'),
  'spot-instances-request': ec2('cancel-spot-instance-requests', '--spot-instance-request-ids'),
  volume: ec2('delete-volume', '--volume-id'),
  'elastic-ip': ec2('release-address', '--allocation-id'),
  'network-interface': ec2('delete-network-interface', '--network-interface-id'),
  'vpc-endpoint': ec2('delete-vpc-endpoints', '--vpc-endpoint-ids'),
  'launch-template': ec2('delete-launch-template', '--launch-template-id'),
  'placement-group': ec2('delete-placement-group', '--group-name'),
  'security-group': ec2('delete-security-group', '--group-id'),
  subnet: ec2('delete-subnet', '--subnet-id'),
  'route-table': ec2('delete-route-table', '--route-table-id'),
  'internet-gateway': ec2('delete-internet-gateway', '--internet-gateway-id'),
  vpc: ec2('delete-vpc', '--vpc-id'),
  bucket: (id) => ['s3', 'rb', '--force', `s3://${id}`],
  'log-group': (id) => ['logs', 'delete-log-group', '--log-group-name', id],
  document: (id) => ['ssm', 'delete-document', '--name', id],
  'instance-profile': (id) => ['iam', 'delete-instance-profile', '--instance-profile-name', id],
  role: (id) => ['iam', 'delete-role', '--role-name', id],
  policy: (id) => ['iam', 'delete-policy', '--policy-arn', id],
};

/** The command that removes something; for what has none here, where to look for it. Pure. */
export const removeLine = (kind: string, id: string, region: string): string => {
  const words = REMOVE[kind];
  return words === undefined
    ? `look for it in the console of ${region}`
    : shellLine(['aws', ...words(id), '--region', region]);
};
