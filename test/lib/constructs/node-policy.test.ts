import { amis } from '../../support/stack-configurations.ts';
import { listOf, statementsOf, synthesise, type Statement } from '../../support/stacks.ts';

describe('the middleware node', () => {
  const { pairs } = synthesise({ ...amis, pairs: 2 });
  const policyOf = (pair: number, role: string): readonly Statement[] =>
    Object.entries(pairs[pair - 1]?.Resources ?? {})
      .filter(([id, { Type }]) => Type === 'AWS::IAM::Policy' && id.startsWith(role))
      .flatMap(([, policy]) => statementsOf(policy));

  it('sends four documents to its own serving node and to no other', () => {
    const [statement, ...others] = policyOf(2, 'Middleware').filter(({ Action }) =>
      listOf(Action).includes('ssm:SendCommand'),
    );
    const texts = listOf(statement?.Resource).map((resource) => JSON.stringify(resource));

    expect(others).toEqual([]);
    expect(texts.filter((text) => text.includes('document/'))).toHaveLength(4);
    expect(texts.filter((text) => text.includes('instance/'))).toEqual([
      expect.stringContaining('"Ref":"ServingInstance'),
    ]);
    expect(texts).toHaveLength(5);
  });

  it('is the only one that sends commands', () => {
    expect(
      policyOf(1, 'Serving').flatMap(({ Action }) => listOf(Action).filter((a) => /Send/.test(a))),
    ).toEqual([]);
  });

  it.each([
    ['Serving', '/runs/*/pair-2/logs/serving/*'],
    ['Middleware', '/runs/*/pair-2/*'],
  ])('%s writes below its own pair only', (role, own) => {
    const [statement] = policyOf(2, role).filter(({ Action }) =>
      listOf(Action).includes('s3:PutObject'),
    );
    const endings = listOf(statement?.Resource).map((resource) =>
      JSON.stringify(resource).replace(/^.*?"(\/[^"]*)".*$/, '$1'),
    );

    expect(endings.toSorted()).toEqual([own]);
  });
});

const fetching = (input: Readonly<Record<string, unknown>>): readonly Statement[] =>
  synthesise({ ...amis, ...input })
    .resources.filter(({ Type }) => Type === 'AWS::IAM::Policy')
    .flatMap(statementsOf)
    .filter(({ Sid }) => Sid === 'FetchK6');

describe('a k6 in S3', () => {
  const k6 = { k6Url: 's3://mirror/tools/k6.tar.gz', k6Sha256: 'a'.repeat(64) };
  it('may be read by the middleware node, and nothing beside it', () => {
    expect(fetching(k6)).toEqual([
      {
        Sid: 'FetchK6',
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::mirror/tools/k6.tar.gz',
      },
    ]);
    expect(fetching({})).toEqual([]);
  });
});
