import { resourceOfArn } from '../../../../../lib/bench/aws/sweep/arn.ts';
import { isGone } from '../../../../../lib/bench/aws/sweep/by-ec2.ts';
import { uniqueLeftovers, type Leftover } from '../../../../../lib/bench/aws/sweep/leftover.ts';
import { removeLine } from '../../../../../lib/bench/aws/sweep/remove-line.ts';

describe('what an ARN names', () => {
  it.each([
    ['arn:aws:ec2:us-east-1:123456789012:instance/i-1', 'instance', 'i-1'],
    ['arn:aws:ec2:us-east-1:123456789012:security-group/sg-1', 'security-group', 'sg-1'],
    ['arn:aws:s3:::a-bucket', 'bucket', 'a-bucket'],
    ['arn:aws:logs:us-east-1:123456789012:log-group:/a/b', 'log-group', '/a/b'],
    ['arn:aws:logs:us-east-1:123456789012:log-group:a:*', 'log-group', 'a'],
    ['arn:aws:ssm:us-east-1:123456789012:document/a-doc', 'document', 'a-doc'],
    ['arn:aws:cloudformation:us-east-1:123456789012:stack/d-base/0000', 'stack', 'd-base'],
    ['arn:aws:iam::123456789012:role/a-role', 'role', 'a-role'],
    ['arn:aws:sqs:us-east-1:123456789012:queue', 'sqs resource', 'queue'],
  ])('%s', (arn, kind, id) => {
    expect(resourceOfArn(arn)).toEqual({ kind, id });
  });

  it('is a policy by its ARN, since that is what deletes it', () => {
    const arn = 'arn:aws:iam::123456789012:policy/p';

    expect(resourceOfArn(arn)).toEqual({ kind: 'policy', id: arn });
  });
});

const one = (kind: string, id: string, foundBy: Leftover['foundBy']): Leftover => ({
  kind,
  id,
  foundBy,
  remove: removeLine(kind, id, 'us-east-1'),
});

describe('what is left', () => {
  it('is listed once, by what knows most of it, in the order in which it can be removed', () => {
    const found = uniqueLeftovers([
      one('vpc', 'vpc-1', 'service'),
      one('bucket', 'b', 'tag'),
      one('instance', 'i-1', 'tag'),
      { ...one('instance', 'i-1', 'service'), usdPerHour: 0.5 },
      one('instance', 'i-1', 'tag'),
      one('stack', 'd-base', 'stack'),
      one('sqs resource', 'q', 'tag'),
    ]);

    expect(found.map(({ kind }) => kind)).toEqual([
      'stack',
      'instance',
      'vpc',
      'bucket',
      'sqs resource',
    ]);
    expect(found[1]?.usdPerHour).toBe(0.5);
  });

  it.each(['terminated', 'shutting-down', 'deleted', 'deleting', 'cancelled'])(
    'is nothing that is %s',
    (state) => {
      expect(isGone(state)).toBe(true);
    },
  );

  it('is what runs, is stopped, or has no state', () => {
    expect(['running', 'stopped', 'in-use', undefined].some(isGone)).toBe(false);
  });

  it('comes with the command that removes it', () => {
    expect(removeLine('volume', 'vol-1', 'eu-west-1')).toBe(
      'aws ec2 delete-volume --volume-id vol-1 --region eu-west-1',
    );
    expect(removeLine('bucket', 'b', 'eu-west-1')).toBe(
      'aws s3 rb --force s3://b --region eu-west-1',
    );
    expect(removeLine('sqs resource', 'q', 'eu-west-1')).toContain('console of eu-west-1');
  });
});
