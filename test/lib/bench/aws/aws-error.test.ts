import { explainAwsError, wrapAwsError } from '../../../../lib/bench/aws/aws-error.ts';
import { BenchError } from '../../../../lib/bench/model/errors.ts';

const call = { action: 'ssm:SendCommand', region: 'eu-west-1' };

const awsError = (name: string, message = 'AWS says so'): Error =>
  Object.assign(new Error(message), { name, $metadata: {} });

describe('errors that any call of AWS may meet', () => {
  it.each([
    ['CredentialsProviderError', 'BENCH_AWS_NO_CREDENTIALS', 'aws sso login'],
    ['ExpiredTokenException', 'BENCH_AWS_EXPIRED', 'aws sso login'],
    ['RequestExpired', 'BENCH_AWS_EXPIRED', 'aws sso login'],
    ['AccessDeniedException', 'BENCH_AWS_DENIED', 'OperatorPolicyArn'],
    ['UnauthorizedOperation', 'BENCH_AWS_DENIED', 'OperatorPolicyArn'],
  ])('%s is %s, with its remedy', (name, code, remedy) => {
    const error = explainAwsError(awsError(name), call);

    expect(error).toBeInstanceOf(BenchError);
    expect(error?.code).toBe(code);
    expect(error?.hint).toContain(remedy);
  });

  it('tells an expired login from one that is missing', () => {
    const error = explainAwsError(
      awsError('CredentialsProviderError', 'The SSO session has expired'),
      call,
    );

    expect(error?.code).toBe('BENCH_AWS_EXPIRED');
  });

  it('names the action and the policy if something is denied', () => {
    expect(explainAwsError(awsError('AccessDenied'), call)?.message).toContain(
      'AWS does not allow ssm:SendCommand',
    );
  });

  it('finds the cause of a network error', () => {
    const inner = Object.assign(new Error('connect'), { code: 'ENOTFOUND' });
    const error = explainAwsError(new AggregateError([inner], 'all failed'), call);

    expect(error?.code).toBe('BENCH_AWS_UNREACHABLE');
    expect(error?.message).toContain('ENOTFOUND');
  });

  it('passes on errors that only the caller understands', () => {
    expect(explainAwsError(awsError('InvocationDoesNotExist'), call)).toBeUndefined();
    expect(explainAwsError(new TypeError('a bug'), call)).toBeUndefined();
  });

  it('passes bugs on unchanged, and makes every other answer of AWS readable', () => {
    const bug = new TypeError('a bug');

    expect(wrapAwsError(bug)).toBe(bug);
    expect(wrapAwsError(awsError('InternalFailure', 'try later'))).toMatchObject({
      code: 'BENCH_AWS',
      message: 'AWS answered InternalFailure: try later',
    });
  });
});
