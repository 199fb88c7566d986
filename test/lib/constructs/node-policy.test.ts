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
      expect.stringContaining('"Ref":"ServingNodeInstance'),
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
  ])('%s writes below its own pair, and output of commands', (role, own) => {
    const [statement] = policyOf(2, role).filter(({ Action }) =>
      listOf(Action).includes('s3:PutObject'),
    );
    const endings = listOf(statement?.Resource).map((resource) =>
      JSON.stringify(resource).replace(/^.*?"(\/[^"]*)".*$/, '$1'),
    );

    expect(endings.toSorted()).toEqual(['/commands/*', own]);
  });
});

const placesOf = (statements: readonly Statement[], action: string): readonly string[] =>
  statements
    .filter(({ Action }) => listOf(Action).includes(action))
    .flatMap(({ Resource }) => listOf(Resource))
    .map((resource) => JSON.stringify(resource).replace(/^.*?"(\/[^"]*)".*$/, '$1'));

describe('a load node', () => {
  const { pairs, base } = synthesise({ ...amis, pairs: 2, loadNodes: 2 });
  const policyOf = (pair: number, role: string): readonly Statement[] =>
    Object.entries(pairs[pair - 1]?.Resources ?? {})
      .filter(([id, { Type }]) => Type === 'AWS::IAM::Policy' && id.startsWith(role))
      .flatMap(([, policy]) => statementsOf(policy));
  it.each(['Load1', 'Load2'])(
    '%s reads and writes jobs of its own pair only, and sends no command',
    (id) => {
      const statements = policyOf(2, id);

      expect(placesOf(statements, 's3:PutObject').toSorted()).toEqual([
        '/commands/*',
        '/runs/*/pair-2/jobs/*',
        '/runs/*/pair-2/logs/load-*',
      ]);
      expect(placesOf(statements, 's3:GetObject')).toContain('/runs/*/pair-2/jobs/*');
      expect(
        placesOf(statements, 's3:GetObject').filter((place) => place.includes('runs')),
      ).toHaveLength(1);
      expect(placesOf(statements, 's3:ListBucket')).toEqual([]);
      expect(placesOf(statements, 'ssm:SendCommand')).toEqual([]);
    },
  );

  it('gets its document from the middleware node of its pair', () => {
    const drive = policyOf(2, 'Middleware').find(({ Sid }) => Sid === 'DriveLoad');
    const texts = listOf(drive?.Resource).map((resource) => JSON.stringify(resource));

    expect(texts.filter((text) => text.includes('document/'))).toHaveLength(1);
    expect(texts.filter((text) => text.includes('instance/'))).toEqual([
      expect.stringContaining('"Ref":"Load1NodeInstance'),
      expect.stringContaining('"Ref":"Load2NodeInstance'),
    ]);
    expect(texts).toHaveLength(3);
    expect(Object.keys(base.Resources).filter((id) => id.includes('RunLoad'))).toHaveLength(1);
  });

  it('and its document are not there by default', () => {
    const text = JSON.stringify(synthesise(amis).templates);

    expect(text).not.toMatch(/RunLoad|LoadSecurityGroup|SC_LOAD_|DriveLoad/);
  });
});

const fetching = (input: object): readonly Statement[] =>
  synthesise({ ...amis, ...input })
    .resources.filter(({ Type }) => Type === 'AWS::IAM::Policy')
    .flatMap(statementsOf)
    .filter(({ Sid }) => Sid === 'FetchK6');

describe('a k6 in S3', () => {
  const k6 = { url: 's3://mirror/tools/k6.tar.gz', sha256: 'a'.repeat(64) };
  it('may be read by the middleware node, and nothing beside it', () => {
    expect(fetching({ k6 })).toEqual([
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
