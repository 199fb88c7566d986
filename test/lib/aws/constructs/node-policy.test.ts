import { amis } from '../../../support/stack-configurations.ts';
import { listOf, statementsOf, synthesise, type Statement } from '../../../support/stacks.ts';

describe('the policies of a pair’s nodes', () => {
  const { pairs } = synthesise({ ...amis, pairs: 2 });
  const policyOf = (pair: number, role: string): readonly Statement[] =>
    Object.entries(pairs[pair - 1]?.Resources ?? {})
      .filter(([id, { Type }]) => Type === 'AWS::IAM::Policy' && id.startsWith(role))
      .flatMap(([, policy]) => statementsOf(policy));

  it('let the middleware node send five documents to its own serving node and to no other', () => {
    const [statement, ...otherStatements] = policyOf(2, 'Middleware').filter(({ Action }) =>
      listOf(Action).includes('ssm:SendCommand'),
    );
    const texts = listOf(statement?.Resource).map((resource) => JSON.stringify(resource));

    expect(otherStatements).toEqual([]);
    expect(texts.filter((text) => text.includes('document/'))).toHaveLength(5);
    expect(texts.filter((text) => text.includes('instance/'))).toEqual([
      expect.stringContaining('"Ref":"ServingInstance'),
    ]);
    expect(texts).toHaveLength(6);
  });

  it('let the serving node send no commands', () => {
    expect(
      policyOf(1, 'Serving').flatMap(({ Action }) => listOf(Action).filter((a) => /Send/.test(a))),
    ).toEqual([]);
  });

  /** The keys of the bucket that a statement allows. */
  const placesOf = (role: string, sid: string): readonly string[] =>
    policyOf(2, role)
      .filter(({ Sid }) => Sid === sid)
      .flatMap(({ Resource }) => listOf(Resource))
      .map((resource) => JSON.stringify(resource).replace(/^.*?"(\/[^"]*)".*$/, '$1'));

  it.each([
    ['Serving', '/runs/*/pair-2/logs/serving/*'],
    ['Middleware', '/runs/*/pair-2/*'],
  ])('let %s write only below its own pair', (role, keys) => {
    expect(placesOf(role, 'Write')).toEqual([keys]);
  });

  it.each([
    ['Serving', 'runs/*/model/*'],
    ['Middleware', 'runs/*'],
  ])('let %s read only the objects that a run needs', (role, keys) => {
    expect(placesOf(role, 'ReadRuns')).toEqual([`/${keys}`]);
    expect(policyOf(2, role).filter(({ Sid }) => Sid === 'ListRuns')).toMatchObject([
      { Condition: { StringLike: { 's3:prefix': [keys] } } },
    ]);
  });
});

describe('a private registry', () => {
  const { pairs } = synthesise({
    ...amis,
    registry: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/mirror',
    images: { flask: '123456789012.dkr.ecr.us-east-1.amazonaws.com/ours/flask:1' },
  });
  const pulling = Object.entries(pairs[0]?.Resources ?? {})
    .filter(([, { Type }]) => Type === 'AWS::IAM::Policy')
    .flatMap(([id, policy]) => statementsOf(policy).map((statement) => ({ id, ...statement })))
    .filter(({ Action }) => listOf(Action).some((action) => action.startsWith('ecr:')));

  it('lets the serving node log in, and read the repositories that are named', () => {
    expect(pulling.every(({ id }) => id.startsWith('Serving'))).toBe(true);
    expect(pulling.flatMap(({ Action }) => listOf(Action)).toSorted()).toEqual([
      'ecr:BatchGetImage',
      'ecr:GetAuthorizationToken',
      'ecr:GetDownloadUrlForLayer',
    ]);
    expect(JSON.stringify(pulling)).toMatch(
      /:ecr:eu-west-1:123456789012:repository\/mirror\/\*".*:ecr:us-east-1:123456789012:repository\/ours\/flask"/,
    );
  });

  it('is logged in to by its host', () => {
    const instances = Object.values(pairs[0]?.Resources ?? {}).filter(
      ({ Type }) => Type === 'AWS::EC2::Instance',
    );

    expect(JSON.stringify(instances)).toContain(
      "SC_ECR_HOSTS='123456789012.dkr.ecr.eu-west-1.amazonaws.com,123456789012.dkr.ecr.us-east-1.amazonaws.com'",
    );
  });
});

const fetching = (input: Readonly<Record<string, unknown>>): readonly Statement[] =>
  synthesise({ ...amis, ...input })
    .resources.filter(({ Type }) => Type === 'AWS::IAM::Policy')
    .flatMap(statementsOf)
    .filter(({ Sid }) => Sid === 'FetchK6');

describe('a k6 in S3', () => {
  const k6 = { k6Url: 's3://mirror/tools/k6.tar.gz', k6Sha256: 'a'.repeat(64) };
  it('may be read by the middleware node, but nothing beside it', () => {
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
