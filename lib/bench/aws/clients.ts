import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { S3Client } from '@aws-sdk/client-s3';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { watchClient } from './watch-client.ts';

/** The interfaces of AWS in one region. Their calls throw BenchErrors for what any call may meet. */
export interface Aws {
  readonly region: string;
  readonly cloudFormation: CloudFormationClient;
  readonly ec2: EC2Client;
  readonly iam: IAMClient;
  readonly logs: CloudWatchLogsClient;
  readonly s3: S3Client;
  readonly ssm: SSMClient;
  readonly sts: STSClient;
  readonly quotas: ServiceQuotasClient;
  readonly tagging: ResourceGroupsTaggingAPIClient;
  /** Closes the connections. */
  readonly close: () => void;
}

/** Attempts of one call, spread over about a minute. */
const MOST_ATTEMPTS = 8;

/** From this attempt on a person is told: the first tries take a second. */
const TOLD_FROM_ATTEMPT = 3;

/** Names of buckets are no host names of a test endpoint on this machine. */
const isLoopback = (endpoint: string | undefined): boolean =>
  endpoint !== undefined &&
  URL.canParse(endpoint) &&
  /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(endpoint).hostname);

/**
 * Makes the clients. Credentials come from where the AWS command line has them; `AWS_ENDPOINT_URL` leads elsewhere.
 *
 * @param tell gets a line where AWS throttles for long
 */
export const createAws = (region: string, tell: (line: string) => void): Aws => {
  // Ten lines at each call about the age of Node would hide what matters; package.json says which one is needed.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const endpoint = process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL;
  const common = { region, maxAttempts: MOST_ATTEMPTS, retryMode: 'adaptive' } as const;
  const clients = {
    cloudFormation: new CloudFormationClient(common),
    ec2: new EC2Client(common),
    iam: new IAMClient(common),
    logs: new CloudWatchLogsClient(common),
    s3: new S3Client({ ...common, forcePathStyle: isLoopback(endpoint) }),
    ssm: new SSMClient(common),
    sts: new STSClient(common),
    quotas: new ServiceQuotasClient(common),
    tagging: new ResourceGroupsTaggingAPIClient(common),
  };
  const onThrottled = (action: string, attempt: number): void => {
    if (attempt >= TOLD_FROM_ATTEMPT) {
      tell(`AWS throttles ${action}; trying again (attempt ${attempt} of ${MOST_ATTEMPTS}) …`);
    }
  };
  const watch = (service: string) => ({ service, region, onThrottled });
  watchClient(clients.cloudFormation.middlewareStack, watch('cloudformation'));
  watchClient(clients.ec2.middlewareStack, watch('ec2'));
  watchClient(clients.iam.middlewareStack, watch('iam'));
  watchClient(clients.logs.middlewareStack, watch('logs'));
  watchClient(clients.s3.middlewareStack, watch('s3'));
  watchClient(clients.ssm.middlewareStack, watch('ssm'));
  watchClient(clients.sts.middlewareStack, watch('sts'));
  watchClient(clients.quotas.middlewareStack, watch('servicequotas'));
  watchClient(clients.tagging.middlewareStack, watch('tag'));
  return {
    region,
    ...clients,
    close: () => {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
};
