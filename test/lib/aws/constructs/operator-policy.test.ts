import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { amis } from '../../../support/stack-configurations.ts';
import { listOf, ofType, statementsOf, synthesise } from '../../../support/stacks.ts';

const lib = path.resolve(import.meta.dirname, '../../../../lib');
/** Files that call AWS on the operator's machine; those of a node use the node's role. */
const OPERATOR = /^(bench\/(?!on-node\/)|aws\/lookups\/zones\.ts$)/;

/** Services whose prefix in IAM differs from the name of their client. */
const PREFIXES: Readonly<Record<string, string>> = {
  'cloudwatch-logs': 'logs',
  'service-quotas': 'servicequotas',
};

/** Calls whose action has a different name in IAM; undefined: no right is needed. */
const ACTIONS: Readonly<Record<string, string | undefined>> = {
  's3:DeleteObjects': 's3:DeleteObject',
  's3:ListObjectsV2': 's3:ListBucket',
  'sts:GetCallerIdentity': undefined,
};

/** The actions of all AWS calls on the operator's machine. test/aws/cli/rights.test.ts records those that each command makes. */
const usedActions = (): readonly string[] => {
  const calls = readdirSync(lib, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && OPERATOR.test(file))
    .map((file) => readFileSync(path.join(lib, file), 'utf8'))
    .flatMap((text) => [
      ...text.matchAll(/import (?:type )?\{([^}]*)\}\s+from '@aws-sdk\/client-([a-z0-9-]+)'/g),
    ])
    .flatMap(([, names = '', client = '']) =>
      names.split(',').flatMap((name) => {
        const call = /^(?:([A-Z]\w+)Command|paginate(\w+))$/.exec(name.trim());
        return call === null ? [] : [`${PREFIXES[client] ?? client}:${call[1] ?? call[2]}`];
      }),
    );
  return [...new Set(calls)].flatMap((call) => {
    if (!Object.hasOwn(ACTIONS, call)) return [call];
    const action = ACTIONS[call];
    return action === undefined ? [] : [action];
  });
};

describe('the policy of operators', () => {
  const [policy, ...otherPolicies] = ofType(synthesise(amis), 'AWS::IAM::ManagedPolicy');
  const statements = statementsOf(policy);
  const allowed = statements.flatMap(({ Action }) => listOf(Action));

  it('allows nothing that the tool does not call', () => {
    const used = usedActions();

    expect([...new Set(allowed)].filter((action) => !used.includes(action))).toEqual([]);
  });

  it('reads the versions of all bootstrap stacks, which npx serving-compare doctor looks at', () => {
    const reading = statements.filter(({ Action }) =>
      listOf(Action).includes('ssm:GetParametersByPath'),
    );

    expect(JSON.stringify(reading)).toContain(':parameter/cdk-bootstrap/*');
  });

  it('allows nothing that creates, changes or ends what is deployed, except noting a deadline', () => {
    const writing = allowed.filter(
      (action) => !/^[a-z0-9]+:(Describe|List|Get|Filter)/.test(action),
    );

    expect(writing.toSorted()).toEqual([
      'ec2:CreateTags',
      's3:DeleteObject',
      's3:PutObject',
      'ssm:CancelCommand',
      'ssm:SendCommand',
      'ssm:SendCommand',
    ]);
  });

  it('sends our documents only, to instances of this deployment only', () => {
    const [documents, nodes] = statements.filter(({ Action }) =>
      listOf(Action).includes('ssm:SendCommand'),
    );

    for (const resource of listOf(documents?.Resource)) {
      expect(JSON.stringify(resource)).toMatch(/:document\/",\{"Ref":"Documents[A-Z]/);
    }
    expect(nodes?.Condition).toEqual({
      StringEquals: {
        'ssm:resourceTag/project': 'serving-compare',
        'ssm:resourceTag/deployment': 'serving-compare',
      },
    });
  });

  it('is the only policy, and attached to nobody', () => {
    expect(otherPolicies).toEqual([]);
    expect(policy?.Properties).not.toHaveProperty('Users');
    expect(policy?.Properties).not.toHaveProperty('Groups');
    expect(policy?.Properties).not.toHaveProperty('Roles');
  });

  it('fits into the size limit of a managed policy', () => {
    expect(JSON.stringify(policy?.Properties.PolicyDocument).length).toBeLessThan(6144);
  });
});
