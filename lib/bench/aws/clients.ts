import type * as CloudFormation from '@aws-sdk/client-cloudformation';
import type * as Logs from '@aws-sdk/client-cloudwatch-logs';
import type * as EC2 from '@aws-sdk/client-ec2';
import type * as ECR from '@aws-sdk/client-ecr';
import type * as S3 from '@aws-sdk/client-s3';
import type * as ServiceQuotas from '@aws-sdk/client-service-quotas';
import type * as SSM from '@aws-sdk/client-ssm';
import type * as STS from '@aws-sdk/client-sts';
import type { HandlerExecutionContext, MiddlewareStack } from '@aws-sdk/types';
import { createRequire } from 'node:module';
import { explainAwsError } from './aws-error.ts';

/** The AWS clients of one region. Their calls throw the BenchErrors of {@link explainAwsError}. */
export interface Aws {
  readonly region: string;
  readonly cloudFormation: CloudFormation.CloudFormationClient;
  readonly ec2: EC2.EC2Client;
  readonly ecr: ECR.ECRClient;
  readonly logs: Logs.CloudWatchLogsClient;
  readonly s3: S3.S3Client;
  readonly ssm: SSM.SSMClient;
  readonly sts: STS.STSClient;
  readonly quotas: ServiceQuotas.ServiceQuotasClient;
  /** Closes the connections. */
  readonly close: () => void;
}

/** The members that all service clients share. */
interface AnyClient {
  // oxlint-disable-next-line typescript/no-explicit-any -- each client has its own types of input and output
  readonly middlewareStack: MiddlewareStack<any, any>;
  readonly destroy: () => void;
}

/** For each client: the service's name in IAM policies, its package and its class. */
const SERVICES = {
  cloudFormation: ['cloudformation', 'client-cloudformation', 'CloudFormationClient'],
  ec2: ['ec2', 'client-ec2', 'EC2Client'],
  ecr: ['ecr', 'client-ecr', 'ECRClient'],
  logs: ['logs', 'client-cloudwatch-logs', 'CloudWatchLogsClient'],
  s3: ['s3', 'client-s3', 'S3Client'],
  ssm: ['ssm', 'client-ssm', 'SSMClient'],
  sts: ['sts', 'client-sts', 'STSClient'],
  quotas: ['servicequotas', 'client-service-quotas', 'ServiceQuotasClient'],
} as const satisfies Partial<Record<keyof Aws, readonly [string, string, string]>>;

/**
 * Loads a client's package when the client is first used: the runner on a node needs two of the seven, and importing all of them
 * took half a second of CPU. `require` avoids the repeated parsing by which `import` finds the exports of a CommonJS package.
 */
const load = createRequire(import.meta.filename);

/** Calls whose action has another name in IAM policies. */
const POLICY_NAMES: Readonly<Record<string, string>> = {
  's3:ListObjectsV2': 's3:ListBucket',
  's3:DeleteObjects': 's3:DeleteObject',
  's3:HeadObject': 's3:GetObject',
};

/** Makes every call of a client throw the errors of {@link explainAwsError}; other errors pass unchanged. */
const explainErrors = (
  stack: AnyClient['middlewareStack'],
  service: string,
  region: string,
): void => {
  const actionOf = ({ commandName = '' }: HandlerExecutionContext): string => {
    const action = `${service}:${commandName.replace(/Command$/, '')}`;
    return POLICY_NAMES[action] ?? action;
  };
  stack.add(
    (next, context) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        throw explainAwsError(error, { action: actionOf(context), region }) ?? error;
      }
    },
    { step: 'initialize', name: 'benchErrors', priority: 'high' },
  );
};

/** Attempts per call; with the SDK's back-off they take about a minute. */
const MAX_ATTEMPTS = 8;

/** Whether an endpoint is on this machine, where a bucket's name cannot be a host name. */
const isLoopback = (endpoint: string | undefined): boolean =>
  endpoint !== undefined &&
  URL.canParse(endpoint) &&
  /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(endpoint).hostname);

/** Creates the clients. They find credentials as the AWS CLI does, and honour `AWS_ENDPOINT_URL`. */
export const createAws = (region: string): Aws => {
  // The SDK would warn of an old Node in ten lines; package.json says which version is needed.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const endpoint = process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL;
  const config = {
    region,
    maxAttempts: MAX_ATTEMPTS,
    retryMode: 'adaptive',
    // Only S3 knows this option; the other clients ignore it.
    forcePathStyle: isLoopback(endpoint),
  };
  const clients = new Map<string, AnyClient>();
  const aws = {
    region,
    close: () => {
      for (const client of clients.values()) client.destroy();
    },
  };
  for (const [name, [service, sdk, className]] of Object.entries(SERVICES)) {
    const create = (): AnyClient => {
      const classes = load(`@aws-sdk/${sdk}`) as Readonly<
        Record<string, new (options: typeof config) => AnyClient>
      >;
      const Client = classes[className];
      if (Client === undefined) throw new Error(`@aws-sdk/${sdk} has no ${className}`);
      const client = new Client(config);
      explainErrors(client.middlewareStack, service, region);
      clients.set(name, client);
      return client;
    };
    Object.defineProperty(aws, name, { get: () => clients.get(name) ?? create() });
  }
  return aws as Aws;
};
