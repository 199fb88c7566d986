import type * as CloudFormation from '@aws-sdk/client-cloudformation';
import type * as EC2 from '@aws-sdk/client-ec2';
import type * as ResourceGroupsTaggingAPI from '@aws-sdk/client-resource-groups-tagging-api';
import type * as S3 from '@aws-sdk/client-s3';
import type * as ServiceQuotas from '@aws-sdk/client-service-quotas';
import type * as SSM from '@aws-sdk/client-ssm';
import type * as STS from '@aws-sdk/client-sts';
import type { MiddlewareStack } from '@aws-sdk/types';
import { createRequire } from 'node:module';
import { watchClient } from './watch-client.ts';

/** The interfaces of AWS in one region. Their calls throw BenchErrors for what any call may meet. */
export interface Aws {
  readonly region: string;
  readonly cloudFormation: CloudFormation.CloudFormationClient;
  readonly ec2: EC2.EC2Client;
  readonly s3: S3.S3Client;
  readonly ssm: SSM.SSMClient;
  readonly sts: STS.STSClient;
  readonly quotas: ServiceQuotas.ServiceQuotasClient;
  readonly tagging: ResourceGroupsTaggingAPI.ResourceGroupsTaggingAPIClient;
  /** Closes the connections. */
  readonly close: () => void;
}

/** A client as far as it is watched; the types of its calls differ from service to service. */
interface WatchedClient {
  // oxlint-disable-next-line typescript/no-explicit-any -- what the stacks of all services have in common
  readonly middlewareStack: MiddlewareStack<any, any>;
  readonly destroy: () => void;
}

/**
 * Each client is loaded when it is used, and by `require`: the runner on a node needs two of the seven, and to import all
 * took half a second of CPU, as their packages are read three times to find out what they export.
 */
const load = createRequire(import.meta.filename);

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
  const onThrottled = (action: string, attempt: number): void => {
    if (attempt >= TOLD_FROM_ATTEMPT) {
      tell(`AWS throttles ${action}; trying again (attempt ${attempt} of ${MOST_ATTEMPTS}) …`);
    }
  };
  const made: { readonly destroy: () => void }[] = [];
  /** Makes a client at its first use. */
  const once = <Client extends WatchedClient>(
    service: string,
    make: () => Client,
  ): (() => Client) => {
    let client: Client | undefined;
    return () => {
      if (client !== undefined) return client;
      client = make();
      watchClient(client.middlewareStack, { service, region, onThrottled });
      made.push(client);
      return client;
    };
  };
  const cloudFormation = once('cloudformation', () => {
    const sdk = load('@aws-sdk/client-cloudformation') as typeof CloudFormation;
    return new sdk.CloudFormationClient(common);
  });
  const ec2 = once('ec2', () => {
    const sdk = load('@aws-sdk/client-ec2') as typeof EC2;
    return new sdk.EC2Client(common);
  });
  const s3 = once('s3', () => {
    const sdk = load('@aws-sdk/client-s3') as typeof S3;
    return new sdk.S3Client({
      ...common,
      forcePathStyle: isLoopback(endpoint),
    });
  });
  const ssm = once('ssm', () => {
    const sdk = load('@aws-sdk/client-ssm') as typeof SSM;
    return new sdk.SSMClient(common);
  });
  const sts = once('sts', () => {
    const sdk = load('@aws-sdk/client-sts') as typeof STS;
    return new sdk.STSClient(common);
  });
  const quotas = once('servicequotas', () => {
    const sdk = load('@aws-sdk/client-service-quotas') as typeof ServiceQuotas;
    return new sdk.ServiceQuotasClient(common);
  });
  const tagging = once('tag', () => {
    const sdk = load(
      '@aws-sdk/client-resource-groups-tagging-api',
    ) as typeof ResourceGroupsTaggingAPI;
    return new sdk.ResourceGroupsTaggingAPIClient(common);
  });
  return {
    region,
    get cloudFormation() {
      return cloudFormation();
    },
    get ec2() {
      return ec2();
    },
    get s3() {
      return s3();
    },
    get ssm() {
      return ssm();
    },
    get sts() {
      return sts();
    },
    get quotas() {
      return quotas();
    },
    get tagging() {
      return tagging();
    },
    close: () => {
      for (const client of made) client.destroy();
    },
  };
};
