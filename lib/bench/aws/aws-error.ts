import { BenchError, messageOf, systemCodeOf } from '../model/errors.ts';

/** A call of an AWS interface, for messages. */
export interface AwsCall {
  /** As policies write it: `ssm:SendCommand`. */
  readonly action: string;
  readonly region: string;
}

const EXPIRED = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'RequestExpired',
  'TokenRefreshRequired',
]);
const DENIED = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'AuthorizationError',
  'Forbidden',
]);
const UNKNOWN_KEYS = new Set([
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'InvalidAccessKeyId',
  'AuthFailure',
  'SignatureDoesNotMatch',
]);
const CLOCK = new Set(['RequestTimeTooSkewed', 'RequestInTheFuture']);
const THROTTLED = new Set([
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestLimitExceeded',
  'TooManyRequestsException',
  'SlowDown',
  'ProvisionedThroughputExceededException',
]);
const UNREACHABLE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'ENETUNREACH']);

/** The name of an AWS error, e.g. `InvocationDoesNotExist`; undefined for anything else. */
export const awsErrorName = (error: unknown): string | undefined =>
  error instanceof Error && '$metadata' in error ? error.name : undefined;

/** `fetch` and happy eyeballs hide the code of the system one level deeper. */
const networkCodeOf = (error: unknown): string | undefined => {
  const own = systemCodeOf(error);
  if (own !== undefined && UNREACHABLE.has(own)) return own;
  const deeper =
    error instanceof AggregateError
      ? error.errors.map(networkCodeOf)
      : error instanceof Error && error.cause !== undefined
        ? [networkCodeOf(error.cause)]
        : [];
  return deeper.find((code) => code !== undefined);
};

const LOGIN_HINT =
  'log in with "aws sso login" or set AWS_PROFILE or AWS_ACCESS_KEY_ID; "aws sts get-caller-identity" shows who you are';

/**
 * What went wrong with a call in words of a user, for everything that any call may meet: credentials, rights, throttling,
 * clock, region and network. Undefined for errors that only the caller understands.
 */
export const generalAwsError = (
  error: unknown,
  { action, region }: AwsCall,
): BenchError | undefined => {
  if (error instanceof BenchError) return error;
  if (!(error instanceof Error)) return undefined;
  const { name } = error;
  const bench = (code: `BENCH_${string}`, message: string, hint: string): BenchError =>
    new BenchError(code, message, { hint, cause: error });
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError') {
    return /expired/i.test(error.message)
      ? bench('BENCH_AWS_EXPIRED', `the AWS credentials have expired: ${error.message}`, LOGIN_HINT)
      : bench('BENCH_AWS_NO_CREDENTIALS', 'no AWS credentials were found', LOGIN_HINT);
  }
  if (EXPIRED.has(name)) {
    return bench('BENCH_AWS_EXPIRED', 'the AWS credentials have expired', LOGIN_HINT);
  }
  if (CLOCK.has(name) || /signature (not yet current|expired)/i.test(error.message)) {
    return bench(
      'BENCH_AWS_CLOCK',
      `AWS refuses ${action}, because the clock of this machine is wrong: ${error.message}`,
      'set the clock: sudo timedatectl set-ntp true',
    );
  }
  if (UNKNOWN_KEYS.has(name)) {
    return bench(
      'BENCH_AWS_CREDENTIALS',
      `AWS does not accept these credentials for ${region}: ${error.message}`,
      `${LOGIN_HINT}; a region that is not enabled for the account gives the same answer`,
    );
  }
  if (DENIED.has(name)) {
    return bench(
      'BENCH_AWS_DENIED',
      `AWS does not allow ${action}: ${error.message}`,
      "attach the policy of the base stack's output OperatorPolicyArn to your user or role, or ask who may: aws iam attach-user-policy --policy-arn ARN --user-name NAME",
    );
  }
  if (THROTTLED.has(name)) {
    return bench(
      'BENCH_AWS_THROTTLED',
      `AWS still throttles ${action} in ${region} after several tries`,
      'wait a minute and call it again; other programs in this account may use up the rate',
    );
  }
  const network = networkCodeOf(error);
  if (network !== undefined) {
    const endpoint = process.env.AWS_ENDPOINT_URL;
    return bench(
      'BENCH_AWS_UNREACHABLE',
      `${action} in ${region} cannot be reached (${network}: ${messageOf(error)})`,
      endpoint === undefined || endpoint === ''
        ? `check the network, and the region: aws ec2 describe-regions --query "Regions[].RegionName"`
        : `AWS_ENDPOINT_URL is ${endpoint}: start what listens there, or unset it`,
    );
  }
  return undefined;
};

/** Any other answer of AWS, as an error of ours; what is no answer of AWS stays as it is. */
export const otherAwsError = (error: unknown): unknown => {
  const name = awsErrorName(error);
  if (name === undefined) return error;
  return new BenchError('BENCH_AWS', `AWS answered ${name}: ${messageOf(error)}`, {
    hint: '"npx serving-compare doctor" checks account, region and deployment',
    cause: error,
  });
};
