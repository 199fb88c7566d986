import type * as CloudFormation from '@aws-sdk/client-cloudformation';
import type * as EC2 from '@aws-sdk/client-ec2';
import type * as S3 from '@aws-sdk/client-s3';
import type * as ServiceQuotas from '@aws-sdk/client-service-quotas';
import type * as SSM from '@aws-sdk/client-ssm';
import type * as STS from '@aws-sdk/client-sts';
import type { HandlerExecutionContext, MiddlewareStack } from '@aws-sdk/types';
import { createRequire } from 'node:module';
import { generalAwsError } from './aws-error.ts';

/** The interfaces of AWS in one region. Their calls throw BenchErrors for what any call may meet. */
export interface Aws {
  readonly region: string;
  readonly cloudFormation: CloudFormation.CloudFormationClient;
  readonly ec2: EC2.EC2Client;
  readonly s3: S3.S3Client;
  readonly ssm: SSM.SSMClient;
  readonly sts: STS.STSClient;
  readonly quotas: ServiceQuotas.ServiceQuotasClient;
  /** Closes the connections. */
  readonly close: () => void;
}

/** What the clients of all services have in common; the types of their calls differ. */
interface AnyClient {
  // oxlint-disable-next-line typescript/no-explicit-any -- each client has its own types of input and output
  readonly middlewareStack: MiddlewareStack<any, any>;
  readonly destroy: () => void;
}

/** Of each client the service's name in policies, its package and its class. */
const SERVICES = {
  cloudFormation: ['cloudformation', 'client-cloudformation', 'CloudFormationClient'],
  ec2: ['ec2', 'client-ec2', 'EC2Client'],
  s3: ['s3', 'client-s3', 'S3Client'],
  ssm: ['ssm', 'client-ssm', 'SSMClient'],
  sts: ['sts', 'client-sts', 'STSClient'],
  quotas: ['servicequotas', 'client-service-quotas', 'ServiceQuotasClient'],
} as const satisfies Partial<Record<keyof Aws, readonly [string, string, string]>>;

/**
 * Each client is loaded when it is used, and by `require`: the runner on a node needs two of the six, and to import all
 * took half a second of CPU, as their packages are read three times to find out what they export.
 */
const load = createRequire(import.meta.filename);

/** Actions that have another name in policies than their call. */
const POLICY_NAMES: Readonly<Record<string, string>> = {
  's3:ListObjectsV2': 's3:ListBucket',
  's3:DeleteObjects': 's3:DeleteObject',
};

/** Gives every call of a client the errors of {@link generalAwsError}. Other errors of AWS pass as they are. */
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
        throw generalAwsError(error, { action: actionOf(context), region }) ?? error;
      }
    },
    { step: 'initialize', name: 'benchErrors', priority: 'high' },
  );
};

/** Attempts of one call, spread over about a minute. */
const MOST_ATTEMPTS = 8;

/** Names of buckets are no host names of a test endpoint on this machine. */
const isLoopback = (endpoint: string | undefined): boolean =>
  endpoint !== undefined &&
  URL.canParse(endpoint) &&
  /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(endpoint).hostname);

/** Makes the clients. Credentials come from where the AWS command line has them; `AWS_ENDPOINT_URL` leads elsewhere. */
export const createAws = (region: string): Aws => {
  // Ten lines at each call about the age of Node would hide what matters; package.json says which one is needed.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const endpoint = process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL;
  const config = {
    region,
    maxAttempts: MOST_ATTEMPTS,
    retryMode: 'adaptive',
    // Of S3 alone; the others do not know it.
    forcePathStyle: isLoopback(endpoint),
  };
  const made = new Map<string, AnyClient>();
  const aws = {
    region,
    close: () => {
      for (const client of made.values()) client.destroy();
    },
  };
  for (const [name, [service, sdk, className]] of Object.entries(SERVICES)) {
    const make = (): AnyClient => {
      const classes = load(`@aws-sdk/${sdk}`) as Readonly<
        Record<string, new (options: typeof config) => AnyClient>
      >;
      const Client = classes[className];
      if (Client === undefined) throw new Error(`@aws-sdk/${sdk} has no ${className}`);
      const client = new Client(config);
      explainErrors(client.middlewareStack, service, region);
      made.set(name, client);
      return client;
    };
    Object.defineProperty(aws, name, { get: () => made.get(name) ?? make() });
  }
  return aws as Aws;
};
