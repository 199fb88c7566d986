import { explainAwsError, wrapAwsError } from '../../../../lib/bench/aws/aws-error.ts';

const call = { action: 'ssm:SendCommand', region: 'eu-west-1' };

const awsError = (name: string, message = 'AWS says so'): Error =>
  Object.assign(new Error(message), { name, $metadata: {} });

describe('an error that any AWS call may meet', () => {
  it.each([
    ['CredentialsProviderError', 'none', 'BENCH_AWS_NO_CREDENTIALS'],
    ['CredentialsProviderError', 'The SSO session has expired', 'BENCH_AWS_EXPIRED'],
    ['ExpiredTokenException', 'expired', 'BENCH_AWS_EXPIRED'],
    ['RequestExpired', 'expired', 'BENCH_AWS_EXPIRED'],
    ['AccessDeniedException', 'no', 'BENCH_AWS_DENIED'],
    ['UnauthorizedOperation', 'no', 'BENCH_AWS_DENIED'],
  ])('is explained: %s (%s) as %s', (name, message, code) => {
    expect(explainAwsError(awsError(name, message), call)).toMatchObject({ code });
  });

  it('names the action if it is denied', () => {
    expect(explainAwsError(awsError('AccessDenied'), call)?.message).toContain(call.action);
  });

  it.each([
    ['a cause', (inner: Error) => new Error('fetch failed', { cause: inner })],
    ['an AggregateError', (inner: Error) => new AggregateError([inner], 'all failed')],
  ])('is recognised as a network error inside %s', (_, wrap) => {
    const inner = Object.assign(new Error('connect'), { code: 'ENOTFOUND' });

    expect(explainAwsError(wrap(inner), call)).toMatchObject({
      code: 'BENCH_AWS_UNREACHABLE',
      message: expect.stringContaining('ENOTFOUND') as string,
    });
  });
});

describe('any other error', () => {
  it.each([
    ['another answer of AWS', awsError('InvocationDoesNotExist')],
    ['a bug', new TypeError('a bug')],
  ])('is left to the caller if it is %s', (_, error) => {
    expect(explainAwsError(error, call)).toBeUndefined();
  });

  it('is wrapped if it is an answer of AWS, and unchanged if it is a bug', () => {
    const bug = new TypeError('a bug');

    expect(wrapAwsError(bug)).toBe(bug);
    expect(wrapAwsError(awsError('InternalFailure', 'try later'))).toMatchObject({
      code: 'BENCH_AWS',
      message: 'AWS answered InternalFailure: try later',
    });
  });
});
