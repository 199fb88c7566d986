import { BenchError, messageOf, systemCodeOf } from '../model/errors.ts';

/** An AWS API call, as error messages name it. */
export interface AwsCall {
  /** As IAM policies write it: `ssm:SendCommand`. */
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

/** The name of an AWS service error, e.g. `InvocationDoesNotExist`; undefined for any other error. */
export const awsErrorName = (error: unknown): string | undefined =>
  error instanceof Error && '$metadata' in error ? error.name : undefined;

/**
 * The system's code of a network error. `fetch` puts that error into `cause`, and a connection that tries several addresses
 * puts it into an AggregateError.
 */
const networkCodeOf = (error: unknown): string | undefined => {
  const code = systemCodeOf(error);
  if (code !== undefined && UNREACHABLE.has(code)) return code;
  if (error instanceof AggregateError) {
    return error.errors.map(networkCodeOf).find((inner) => inner !== undefined);
  }
  return error instanceof Error && error.cause !== undefined
    ? networkCodeOf(error.cause)
    : undefined;
};

const LOGIN_HINT =
  'log in with "aws sso login" or set AWS_PROFILE or AWS_ACCESS_KEY_ID; "aws sts get-caller-identity" shows who you are';

/**
 * Explains the errors that any AWS call may meet: missing or expired credentials, missing rights, no network. Returns
 * undefined for all others; the caller handles those, or passes them to {@link wrapAwsError}.
 */
export const explainAwsError = (
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
      `AWS cannot be reached for ${action} in ${region} (${network}: ${messageOf(error)})`,
      endpoint === undefined || endpoint === ''
        ? `check the network, and the region: aws ec2 describe-regions --query "Regions[].RegionName"`
        : `AWS_ENDPOINT_URL is ${endpoint}: start the service there, or unset it`,
    );
  }
  return undefined;
};

/** Whether an error means that temporary credentials have expired, as those of "aws sso login" do after some hours. */
export const isExpired = (error: unknown): boolean =>
  error instanceof BenchError && error.code === 'BENCH_AWS_EXPIRED';

/** Wraps an unhandled AWS service error into a BenchError. Returns any other error unchanged. */
export const wrapAwsError = (error: unknown): unknown => {
  const name = awsErrorName(error);
  if (name === undefined) return error;
  return new BenchError('BENCH_AWS', `AWS answered ${name}: ${messageOf(error)}`, {
    hint: '"npx serving-compare doctor" checks account, region and deployment',
    cause: error,
  });
};
