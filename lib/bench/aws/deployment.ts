import type { Stack } from '@aws-sdk/client-cloudformation';
import { documentIds, type DocumentId } from '../../deployment/documents/index.ts';
import type { ServingName } from '../../../serving-configs/index.ts';
import { baseOutputKeys, documentOutputKey, pairOutputKeys } from '../../deployment/stack-names.ts';
import type { ServingRuntime } from '../../deployment/node-environment.ts';
import { NODE_ROLES, type NodeRole } from '../../deployment/tags.ts';
import { BenchError } from '../model/errors.ts';
import type { Aws } from './clients.ts';
import { outputsOf, readStacks, type DeployedStacks } from './stacks.ts';

/** A node pair as its stack describes it. */
export interface DeployedPair {
  readonly pair: number;
  readonly instances: Readonly<Record<NodeRole, string>>;
  readonly availabilityZone: string;
  /** US dollars an hour of both nodes; undefined where the project's price list lacks them. */
  readonly pricePerHourUsd: number | undefined;
  /** Hours from the boot of a node until it ends itself. */
  readonly maxHours: number;
  readonly runtime: ServingRuntime;
  /** What the nodes can start. */
  readonly servings: readonly ServingName[];
  /** What they cannot start although it was deployed; the log group knows why. */
  readonly unavailable: readonly string[];
}

/** A node of a pair. */
export interface DeployedNode {
  readonly pair: number;
  readonly role: NodeRole;
  readonly instanceId: string;
}

/** The nodes of a pair with one of these roles; without roles all of them. Pure. */
export const nodesOfPair = (
  { pair, instances }: Pick<DeployedPair, 'pair' | 'instances'>,
  roles: readonly NodeRole[] = NODE_ROLES,
): readonly DeployedNode[] => roles.map((role) => ({ pair, role, instanceId: instances[role] }));

/** What the stacks of a deployment say. */
export interface Deployment {
  readonly name: string;
  readonly bucket: string;
  readonly documents: Readonly<Record<DocumentId, string>>;
  /** Ascending by number. */
  readonly pairs: readonly DeployedPair[];
}

const DEPLOY = 'npx cdk deploy --all';

const isUsable = (status: string): boolean =>
  /^(CREATE|UPDATE|IMPORT|UPDATE_ROLLBACK)_COMPLETE$/.test(status);

/** What is wrong with a stack that cannot be used, and what to do. */
const stackProblem = (name: string, status: string): BenchError => {
  const hint = status.endsWith('_IN_PROGRESS')
    ? 'wait until it has finished, then run this command again'
    : status === 'DELETE_FAILED'
      ? 'see what is left with "npx serving-compare sweep"; then npx cdk destroy --all'
      : `see why: aws cloudformation describe-stack-events --stack-name ${name}; then deploy again: ${DEPLOY}`;
  return new BenchError('BENCH_STACK', `the stack ${name} is in the state ${status}`, { hint });
};

/** Reads outputs, each of which must be there. */
const assertOutputs = (stack: string, outputs: ReadonlyMap<string, string>) => {
  return (key: string): string => {
    const value = outputs.get(key);
    if (value === undefined || value === '') {
      throw new BenchError('BENCH_STACK', `the stack ${stack} has no output ${key}`, {
        hint: `it was deployed by another version of this project; deploy again: ${DEPLOY}`,
      });
    }
    return value;
  };
};

/** The output is "unknown" where a price is not in the list. */
const priceOf = (text: string): number | undefined =>
  Number.isFinite(Number(text)) ? Number(text) : undefined;

/** What the serving node signalled at the end of its bootstrap, as CloudFormation hands it on: by role. */
const unavailableOf = (signalled: string): readonly string[] => {
  const { serving = '' } = JSON.parse(signalled) as { readonly serving?: string };
  return serving.split(',').filter((id) => id !== '');
};

const describe = (name: string, base: Stack, pairs: ReadonlyMap<number, Stack>): Deployment => {
  const output = assertOutputs(base.StackName ?? '', outputsOf(base));
  return {
    name,
    bucket: output(baseOutputKeys.resultsBucket),
    documents: Object.fromEntries(
      documentIds.map((id) => [id, output(documentOutputKey(id))]),
    ) as Record<DocumentId, string>,
    pairs: [...pairs].map(([pair, stack]): DeployedPair => {
      const of = assertOutputs(stack.StackName ?? '', outputsOf(stack));
      const unavailable = unavailableOf(of(pairOutputKeys.unavailable));
      return {
        pair,
        instances: {
          serving: of(pairOutputKeys.servingInstance),
          middleware: of(pairOutputKeys.middlewareInstance),
        },
        availabilityZone: of(pairOutputKeys.availabilityZone),
        pricePerHourUsd: priceOf(of(pairOutputKeys.pricePerHour)),
        maxHours: Number(of(pairOutputKeys.maxHours)),
        runtime: of(pairOutputKeys.runtime) as ServingRuntime,
        servings: (of(pairOutputKeys.servings).split(',') as ServingName[]).filter(
          (serving) => !unavailable.includes(serving),
        ),
        unavailable,
      };
    }),
  };
};

/**
 * A deployment from its stacks. Pure.
 *
 * @throws BenchError where it is not deployed, is half deployed or is being deleted.
 */
export const deploymentOf = (
  name: string,
  region: string,
  { base, pairs }: DeployedStacks,
): Deployment => {
  if (base === undefined) {
    throw new BenchError(
      'BENCH_NOT_DEPLOYED',
      pairs.size === 0
        ? `there is no deployment "${name}" in ${region}`
        : `the deployment "${name}" in ${region} lacks its base stack`,
      {
        hint: `deploy it: ${DEPLOY}; one that was deployed with -c name=… or -c region=… is found when serving-compare.json says the same`,
      },
    );
  }
  for (const stack of [base, ...pairs.values()]) {
    const { StackName = '', StackStatus = '' } = stack;
    if (!isUsable(StackStatus)) throw stackProblem(StackName, StackStatus);
  }
  if (pairs.size === 0) {
    throw new BenchError(
      'BENCH_NOT_DEPLOYED',
      `the deployment "${name}" in ${region} has no node pair, only its base stack`,
      { hint: `deploy the rest: ${DEPLOY}` },
    );
  }
  return describe(name, base, pairs);
};

/**
 * Finds a deployment.
 *
 * @throws as {@link deploymentOf}
 */
export const findDeployment = async (aws: Aws, name: string): Promise<Deployment> =>
  deploymentOf(name, aws.region, await readStacks(aws, name));

/**
 * What is there of a deployment, whatever the state of its stacks: results must be reachable also where a pair failed or
 * where the bucket is what keeps the base stack from being deleted.
 *
 * @throws BenchError where there is no base stack.
 */
export const findRemains = async (aws: Aws, name: string): Promise<Deployment> => {
  const { base, pairs } = await readStacks(aws, name);
  // A stack that was never whole has no outputs, and holds no results.
  if (base === undefined || outputsOf(base).size === 0) {
    return deploymentOf(name, aws.region, { base, pairs });
  }
  const usable = [...pairs].filter(([, { StackStatus = '' }]) => isUsable(StackStatus));
  return describe(name, base, new Map(usable));
};

/** US dollars an hour of some pairs; undefined where one of them is not known. */
export const pricePerHourOf = (pairs: readonly DeployedPair[]): number | undefined =>
  pairs.reduce<number | undefined>(
    (sum, { pricePerHourUsd }) =>
      sum === undefined || pricePerHourUsd === undefined ? undefined : sum + pricePerHourUsd,
    0,
  );
