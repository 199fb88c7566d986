import type { Stack } from '@aws-sdk/client-cloudformation';
import {
  deploymentOf,
  nodesOfPair,
  pricePerHourOf,
} from '../../../../lib/bench/aws/find-deployment.ts';
import { documentIds } from '../../../../lib/aws/contract/documents/index.ts';
import { documentOutputKey } from '../../../../lib/aws/contract/stack-names.ts';

const stack = (
  name: string,
  outputs: Readonly<Record<string, string>>,
  status?: string,
): Stack => ({
  StackName: name,
  CreationTime: new Date(0),
  StackStatus: (status ?? 'CREATE_COMPLETE') as Stack['StackStatus'],
  Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
});

const baseOutputs = {
  ResultsBucket: 'bucket',
  LogGroup: 'logs',
  OperatorPolicyArn: 'arn',
  ...Object.fromEntries(documentIds.map((id) => [documentOutputKey(id), `doc-${id}`])),
};

const pairOutputs = {
  ServingInstanceId: 'i-1',
  MiddlewareInstanceId: 'i-2',
  AvailabilityZone: 'us-east-1a',
  PricePerHourUsd: '0.7202',
  MaxHours: '11',
  Runtime: 'container',
  ServingCores: '4',
  Servings: 'flask,mms,tfserving',
  UnavailableServings: JSON.stringify({ serving: 'mms: no such image: x:1' }),
};

const base = stack('d-base', baseOutputs);
const pair = stack('d-pair-1', pairOutputs);

const deploymentWith = (stacks: { readonly base?: Stack; readonly pairs?: readonly Stack[] }) =>
  deploymentOf('d', 'us-east-1', {
    base: stacks.base,
    pairs: new Map((stacks.pairs ?? []).map((pairStack, index) => [index + 1, pairStack])),
  });

describe('a deployment', () => {
  it('is read from the outputs of its stacks', () => {
    const deployment = deploymentWith({ base, pairs: [pair] });

    expect(deployment).toMatchObject({
      name: 'd',
      bucket: 'bucket',
      documents: { RunPlan: 'doc-RunPlan' },
      pairs: [
        {
          pair: 1,
          instances: { serving: 'i-1', middleware: 'i-2' },
          pricePerHourUsd: 0.7202,
          maxHours: 11,
          runtime: 'container',
          cores: 4,
          servings: ['flask', 'tfserving'],
          unavailable: [{ serving: 'mms', reason: 'no such image: x:1' }],
        },
      ],
    });
    expect(pricePerHourOf(deployment.pairs)).toBe(0.7202);
  });

  it('has a node of each role in each pair, in their order', () => {
    const { pairs } = deploymentWith({ base, pairs: [pair] });

    expect(pairs.flatMap((deployed) => nodesOfPair(deployed))).toEqual([
      { pair: 1, role: 'serving', instanceId: 'i-1' },
      { pair: 1, role: 'middleware', instanceId: 'i-2' },
    ]);
    expect(pairs.flatMap((deployed) => nodesOfPair(deployed, ['middleware']))).toEqual([
      { pair: 1, role: 'middleware', instanceId: 'i-2' },
    ]);
  });

  it('has no price if the list of prices lacks one', () => {
    const unknown = stack('d-pair-1', { ...pairOutputs, PricePerHourUsd: 'unknown' });

    expect(pricePerHourOf(deploymentWith({ base, pairs: [unknown] }).pairs)).toBeUndefined();
  });

  it.each([
    ['nothing is deployed', {}, 'BENCH_NOT_DEPLOYED', 'npx serving-compare deploy'],
    [
      'its base stack is missing',
      { pairs: [pair] },
      'BENCH_NOT_DEPLOYED',
      'npx serving-compare deploy',
    ],
    ['it has no pair', { base }, 'BENCH_NOT_DEPLOYED', 'npx serving-compare deploy'],
    [
      'it is being deleted',
      { base: stack('d-base', baseOutputs, 'DELETE_IN_PROGRESS') },
      'BENCH_STACK',
      'wait',
    ],
    [
      'it could not be deleted',
      { base: stack('d-base', baseOutputs, 'DELETE_FAILED') },
      'BENCH_STACK',
      'npx serving-compare leftovers',
    ],
    [
      'a pair failed',
      { base, pairs: [stack('d-pair-1', {}, 'ROLLBACK_COMPLETE')] },
      'BENCH_STACK',
      'describe-stack-events --stack-name d-pair-1',
    ],
    [
      'another version deployed it',
      { base: stack('d-base', { ...baseOutputs, ResultsBucket: '' }), pairs: [pair] },
      'BENCH_STACK',
      'npx serving-compare deploy',
    ],
  ])('cannot be used if %s, and says what to do', (_, stacks, code, remedy) => {
    expect(() => deploymentWith(stacks)).toThrow(
      expect.objectContaining({ code, hint: expect.stringContaining(remedy) as string }) as Error,
    );
  });

  it('can be used after an update that was rolled back', () => {
    const rolledBack = stack('d-pair-1', pairOutputs, 'UPDATE_ROLLBACK_COMPLETE');

    expect(deploymentWith({ base, pairs: [rolledBack] }).pairs).toHaveLength(1);
  });
});
