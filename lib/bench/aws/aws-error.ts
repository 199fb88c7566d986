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
 * What went wrong with a call in words of a user, for what any call may meet and AWS says badly: credentials, rights and
 * network. Undefined for other errors; what the caller does not understand of them is told in the words of AWS.
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
  const isMissing = name === 'CredentialsProviderError' || name === 'TokenProviderError';
  if (EXPIRED.has(name) || (isMissing && /expired/i.test(error.message))) {
    return bench('BENCH_AWS_EXPIRED', 'the AWS credentials have expired', LOGIN_HINT);
  }
  if (isMissing) {
    return bench('BENCH_AWS_NO_CREDENTIALS', 'no AWS credentials were found', LOGIN_HINT);
  }
  if (DENIED.has(name)) {
    return bench(
      'BENCH_AWS_DENIED',
      `AWS does not allow ${action}: ${error.message}`,
      "attach the policy of the base stack's output OperatorPolicyArn to your user or role, or ask who may: aws iam attach-user-policy --policy-arn ARN --user-name NAME",
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
        : `AWS_ENDPOINT_URL is ${endpoint}: start the service there, or unset it`,
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
