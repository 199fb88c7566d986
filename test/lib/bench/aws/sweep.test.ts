import { countsByTag, removeLine, resourceOfArn } from '../../../../lib/bench/aws/sweep.ts';

const inEc2 = (resource: string): string => `arn:aws:ec2:us-east-1:123456789012:${resource}`;

describe('what an ARN names', () => {
  it.each([
    [inEc2('elastic-ip/eipalloc-1'), 'elastic-ip', 'eipalloc-1'],
    ['arn:aws:s3:::a-bucket', 'bucket', 'a-bucket'],
    ['arn:aws:logs:us-east-1:123456789012:log-group:/a/b', 'log-group', '/a/b'],
    ['arn:aws:logs:us-east-1:123456789012:log-group:a:*', 'log-group', 'a'],
    ['arn:aws:cloudwatch:us-east-1:123456789012:alarm:d-pair-1-Idle', 'alarm', 'd-pair-1-Idle'],
    ['arn:aws:sqs:us-east-1:123456789012:queue', 'sqs', 'queue'],
  ])('%s', (arn, kind, id) => {
    expect(resourceOfArn(arn)).toEqual({ kind, id });
  });
});

describe('the word of the tagging service', () => {
  it.each([
    inEc2('instance/i-1'),
    inEc2('volume/vol-1'),
    inEc2('security-group/sg-1'),
    'arn:aws:cloudformation:us-east-1:123456789012:stack/d-base/0000',
    'arn:aws:ssm:us-east-1:123456789012:document/a-doc',
    'arn:aws:iam::123456789012:policy/p',
  ])('does not count for %s: its own service is asked, or it costs nothing', (arn) => {
    expect(countsByTag(arn)).toBe(false);
  });

  it.each([
    inEc2('snapshot/snap-1'),
    inEc2('elastic-ip/eipalloc-1'),
    'arn:aws:s3:::a-bucket',
    'arn:aws:logs:us-east-1:123456789012:log-group:a',
  ])('counts for %s', (arn) => {
    expect(countsByTag(arn)).toBe(true);
  });
});

describe('a leftover', () => {
  it('comes with the command that removes it', () => {
    expect(removeLine('volume', 'vol-1', 'eu-west-1')).toBe(
      'aws ec2 delete-volume --volume-id vol-1 --region eu-west-1',
    );
    expect(removeLine('bucket', 'b', 'eu-west-1')).toBe(
      'aws s3 rb --force s3://b --region eu-west-1',
    );
    expect(removeLine('sqs', 'q', 'eu-west-1')).toContain('console of eu-west-1');
  });
});
