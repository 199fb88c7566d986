import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Archives } from '../../../../lib/aws/constructs/bundle-asset.ts';
import { documentIds } from '../../../../lib/aws/contract/documents/index.ts';
import {
  baseOutputKeys,
  documentOutputKey,
  pairOutputKeys,
} from '../../../../lib/aws/contract/stack-names.ts';
import { portsOf, servingFactsOf, servingNames } from '../../../../serving-configs/index.ts';
import { amis, configurations } from '../../../support/stack-configurations.ts';
import {
  listOf,
  ofType,
  statementsOf,
  synthesise,
  type Resource,
  type Statement,
  type Synthesised,
} from '../../../support/stacks.ts';

const models = { sourceHash: 'd'.repeat(64), command: ['node', 'bin/bundle.js', 'models', '/m'] };

const names = Object.keys(configurations);
const archivesOf = (name: string): Partial<Archives> =>
  configurations[name]?.runtime === 'container' ? { models } : {};

/** The statements of all identity policies. */
const identityStatements = (stacks: Synthesised): readonly Statement[] =>
  stacks.resources
    .filter(({ Type }) => ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].includes(Type))
    .flatMap(statementsOf);

const tagsOf = ({ Properties }: Resource): Record<string, string> =>
  Object.fromEntries(
    (Properties.Tags as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]),
  );

/** Actions that do not support resource-level permissions: https://docs.aws.amazon.com/service-authorization/latest/reference/ */
const WITHOUT_RESOURCES =
  /^(ssmmessages:(Create|Open)(Control|Data)Channel|ssm:(UpdateInstanceInformation|GetCommandInvocation|CancelCommand|DescribeInstanceInformation)|ec2:Describe[A-Za-z]+|cloudformation:ListStacks|servicequotas:Get[A-Za-z]+|ecr:GetAuthorizationToken)$/;

/** Wildcard resources, each with its reason. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/^\*$/, 'the actions do not support resource-level permissions'],
  [
    /\/runs\/\*(\/(model|pair-\d+(\/logs\/serving)?)\/\*)?$/,
    'the ids of runs are not known at deployment',
  ],
  [/:instance\/\*$/, 'instances change with their pairs; a condition on their tags limits it'],
  [/\.Arn>\/\*$/, 'the bucket holds nothing but results of this deployment'],
  [/:stack\/[a-z-]+-\*$/, 'the number of pairs changes; it only reads'],
  [
    /:parameter\/cdk-bootstrap\/\*$/,
    'who made the bootstrap stack chose its qualifier; it only reads',
  ],
  [
    /:repository\/mirror\/\*$/,
    'the mirror of the user holds the copies of all images; it only reads',
  ],
  [/:parameter\/aws\/service\/\*$/, 'ids of public images; it only reads'],
];

/** Findings of cdk-nag, without those about {@link PATTERNS}. */
const findingsOf = (app: Synthesised['app']): readonly string[] =>
  new AwsSolutionsChecks(app)
    .validateScope(app)
    .violations.map(({ ruleName }) => ruleName)
    .filter((name) => {
      const [, resource] = /^AwsSolutions-IAM5\[Resource::(.*)\]$/.exec(name) ?? [];
      return resource === undefined || !PATTERNS.some(([pattern]) => pattern.test(resource));
    });

describe.each(names)('the stacks of %s', (name) => {
  let stacks: Synthesised;

  beforeAll(() => {
    stacks = synthesise(configurations[name] ?? {}, archivesOf(name));
  });

  it('allow no inbound access from IP addresses', () => {
    const inline = ofType(stacks, 'AWS::EC2::SecurityGroup').flatMap(
      ({ Properties }) => Properties.SecurityGroupIngress ?? [],
    );
    const rules = ofType(stacks, 'AWS::EC2::SecurityGroupIngress');

    expect(inline).toEqual([]);
    expect(rules).not.toEqual([]);
    for (const { Properties } of rules) {
      expect(Properties).toMatchObject({ IpProtocol: 'tcp' });
      expect(Properties.SourceSecurityGroupId).toMatchObject({ 'Fn::GetAtt': expect.anything() });
      expect(Properties).not.toHaveProperty('CidrIp');
      expect(Properties).not.toHaveProperty('CidrIpv6');
    }
  });

  it('allow outbound HTTPS and DNS, and the middleware to reach the ports of the servings', () => {
    const known = new Set(servingNames.flatMap((serving) => portsOf(servingFactsOf(serving))));
    const inner = ofType(stacks, 'AWS::EC2::SecurityGroupEgress').map(
      ({ Properties }) => Properties.FromPort as number,
    );
    const outer = ofType(stacks, 'AWS::EC2::SecurityGroup').map(({ Properties }) =>
      (Properties.SecurityGroupEgress as { FromPort: number; ToPort: number }[]).map(
        ({ FromPort, ToPort }) => `${FromPort}-${ToPort}`,
      ),
    );

    expect(outer).toEqual([
      ['443-443', '53-53', '53-53'],
      ['443-443', '53-53', '53-53'],
    ]);
    expect(inner.filter((port) => !known.has(port))).toEqual([]);
  });

  it('keep nothing after their deletion, and have no Lambda functions', () => {
    const stateful = stacks.resources.filter(({ Type }) =>
      ['AWS::S3::Bucket', 'AWS::Logs::LogGroup'].includes(Type),
    );
    const retained = stacks.resources.filter(
      ({ DeletionPolicy = 'Delete', UpdateReplacePolicy = 'Delete' }) =>
        DeletionPolicy !== 'Delete' || UpdateReplacePolicy !== 'Delete',
    );
    const functions = stacks.resources.filter(
      ({ Type }) => Type.startsWith('Custom::') || /Lambda|CustomResource/.test(Type),
    );

    expect(stateful.map(({ DeletionPolicy }) => DeletionPolicy)).toEqual(['Delete', 'Delete']);
    expect(retained).toEqual([]);
    expect(functions).toEqual([]);
  });

  it('have a private, encrypted bucket that accepts only TLS and expires results', () => {
    const [bucket] = ofType(stacks, 'AWS::S3::Bucket');
    const [policy] = ofType(stacks, 'AWS::S3::BucketPolicy');
    const statements = statementsOf(policy);

    expect(bucket?.Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: expect.objectContaining({
        ServerSideEncryptionConfiguration: [
          { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
        ],
      }),
      LifecycleConfiguration: { Rules: [expect.objectContaining({ ExpirationInDays: 90 })] },
    });
    expect(statements).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Action: 's3:*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
    expect(statements.filter(({ Effect }) => Effect !== 'Deny')).toEqual([]);
  });

  it('name every action and every resource', () => {
    const statements = identityStatements(stacks);
    const wildActions = statements.flatMap(({ Action }) =>
      listOf(Action).filter((action) => action.includes('*')),
    );
    const onEverything = statements
      .filter(({ Resource }) => listOf(Resource).includes('*'))
      .flatMap(({ Action }) => listOf(Action));

    expect(statements).not.toEqual([]);
    expect(wildActions).toEqual([]);
    expect(onEverything.filter((action) => !WITHOUT_RESOURCES.test(action))).toEqual([]);
  });

  it('use no AWS managed policies', () => {
    const roles = ofType(stacks, 'AWS::IAM::Role');

    expect(roles.flatMap(({ Properties }) => Properties.ManagedPolicyArns ?? [])).toEqual([]);
  });

  it('have nodes with session tokens, encrypted disks and a deadline', () => {
    const instances = ofType(stacks, 'AWS::EC2::Instance');

    expect(instances).toHaveLength(2 * stacks.pairs.length);
    for (const { Properties } of instances) {
      expect(Properties).toMatchObject({
        MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
        InstanceInitiatedShutdownBehavior: 'terminate',
        PropagateTagsToVolumeOnCreation: true,
        BlockDeviceMappings: [
          { Ebs: { Encrypted: true, DeleteOnTermination: true, VolumeType: 'gp3' } },
        ],
      });
      expect(Properties).not.toHaveProperty('KeyName');
      const text = JSON.stringify(Properties.UserData);
      expect(text).toMatch(/MAX_HOURS='\d+'/);
      expect(text.indexOf('serving-compare-deadline.timer')).toBeGreaterThan(0);
      expect(text.indexOf('serving-compare-deadline.timer')).toBeLessThan(
        text.indexOf('aws s3 cp'),
      );
      // The limit is 16 KiB; the rest is for the names that CloudFormation fills in.
      expect(Buffer.byteLength(text)).toBeLessThan(12_000);
    }
  });

  it('have an alarm that terminates each idle node', () => {
    const alarms = ofType(stacks, 'AWS::CloudWatch::Alarm');

    expect(alarms).toHaveLength(ofType(stacks, 'AWS::EC2::Instance').length);
    for (const { Properties } of alarms) {
      expect(Properties).toMatchObject({
        MetricName: 'CPUUtilization',
        ComparisonOperator: 'LessThanThreshold',
        Period: 300,
        EvaluationPeriods: 24,
        Dimensions: [{ Name: 'InstanceId' }],
      });
      expect(JSON.stringify(Properties.AlarmActions)).toMatch(/:automate:.*:ec2:terminate/);
    }
  });

  it('tag everything that takes tags', () => {
    const tagged = stacks.resources.filter(({ Properties }) => 'Tags' in Properties);
    const taggable = [
      'AWS::EC2::Instance',
      'AWS::EC2::SecurityGroup',
      'AWS::IAM::Role',
      'AWS::Logs::LogGroup',
      'AWS::S3::Bucket',
      'AWS::SSM::Document',
      ...(name.includes('existing') ? [] : ['AWS::EC2::VPC', 'AWS::EC2::Subnet']),
    ];
    const deployment = (configurations[name]?.name as string | undefined) ?? 'serving-compare';

    expect(new Set(tagged.map(({ Type }) => Type))).toEqual(
      new Set([...new Set(tagged.map(({ Type }) => Type)), ...taggable]),
    );
    for (const resource of tagged) {
      expect(tagsOf(resource)).toMatchObject({ project: 'serving-compare', deployment });
    }
    for (const instance of ofType(stacks, 'AWS::EC2::Instance')) {
      expect(tagsOf(instance)).toMatchObject({
        pair: expect.stringMatching(/^\d+$/),
        role: expect.stringMatching(/^(serving|middleware)$/),
      });
    }
  });

  it('hold nothing that looks like a secret', () => {
    const text = JSON.stringify(stacks.templates);

    expect(text).not.toMatch(
      /AKIA[0-9A-Z]{16}|aws_secret|BEGIN [A-Z ]*PRIVATE KEY|password|api[_-]?key/i,
    );
    expect(text).not.toMatch(/"NoEcho"|secretsmanager|ssm-secure/);
  });

  it('send no request to AWS', () => {
    expect(stacks.app.synth().manifest.missing ?? []).toEqual([]);
  });

  it('pass the rules of AwsSolutions', () => {
    expect(findingsOf(stacks.app)).toEqual([]);
  });

  it('pass the rules of CloudFormation, and are the same each time for the same configuration', () => {
    // Throws if a rule is broken.
    const again = synthesise(configurations[name] ?? {}, archivesOf(name), true);

    expect(again.templates).toEqual(stacks.templates);
  });

  it('have the outputs that programs read', () => {
    const { base, pairs } = stacks;

    expect(Object.keys(base.Outputs)).toEqual(
      expect.arrayContaining([
        ...Object.values(baseOutputKeys),
        ...documentIds.map(documentOutputKey),
      ]),
    );
    for (const pair of pairs) {
      expect(Object.keys(pair.Outputs)).toEqual(
        expect.arrayContaining(Object.values(pairOutputKeys)),
      );
    }
  });
});

describe('the rules of CloudFormation', () => {
  it('detect a property that does not exist', () => {
    const stacks = synthesise(amis, {}, true);
    const bucket = stacks.app.node.findAll().find((construct) => construct instanceof CfnBucket);
    bucket?.addPropertyOverride('Nonsense', 1);

    expect(() => stacks.app.synth({ force: true })).toThrow('Nonsense');
    // CDK sets the exit code as well.
    process.exitCode = 0;
  });
});

describe('the names of the stacks', () => {
  it('are those that the command line looks for', () => {
    const { app } = synthesise({ name: 'mine', pairs: 2 });

    expect(app.node.children.map(({ node }) => node.id).filter((id) => id !== 'Tree')).toEqual([
      'mine-base',
      'mine-pair-1',
      'mine-pair-2',
    ]);
  });
});
