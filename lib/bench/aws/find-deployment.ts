import type { Stack } from '@aws-sdk/client-cloudformation';
import { documentIds, type DocumentId } from '../../aws/contract/documents/index.ts';
import type { ServingName } from '../../../serving-configs/index.ts';
import {
  baseOutputKeys,
  documentOutputKey,
  pairOutputKeys,
} from '../../aws/contract/stack-names.ts';
import type { ServingRuntime } from '../../aws/contract/node-environment.ts';
import { NODE_ROLES, type NodeRole } from '../../aws/contract/tags.ts';
import {
  parseUnavailable,
  type UnavailableServing,
} from '../../aws/contract/unavailable-servings.ts';
import { BenchError } from '../model/errors.ts';
import type { Aws } from './clients.ts';
import { outputsOf, readStacks, type DeployedStacks } from './read-stacks.ts';

/** A node pair, as the outputs of its stack describe it. */
export interface DeployedPair {
  readonly pair: number;
  readonly instances: Readonly<Record<NodeRole, string>>;
  readonly availabilityZone: string;
  /** Price of both nodes together in US dollars per hour; undefined if the project's price list lacks one. */
  readonly pricePerHourUsd: number | undefined;
  /** Hours from the boot of a node until it ends itself. */
  readonly maxHours: number;
  readonly runtime: ServingRuntime;
  /** Cores of the serving node. */
  readonly cores: number;
  /** The servings that the nodes can start. */
  readonly servings: readonly ServingName[];
  /** Servings that were deployed but cannot start. */
  readonly unavailable: readonly UnavailableServing[];
}

/** A node of a pair. */
export interface DeployedNode {
  readonly pair: number;
  readonly role: NodeRole;
  readonly instanceId: string;
}

/** The nodes of a pair that have one of the given roles. */
export const nodesOfPair = (
  { pair, instances }: Pick<DeployedPair, 'pair' | 'instances'>,
  roles: readonly NodeRole[] = NODE_ROLES,
): readonly DeployedNode[] => roles.map((role) => ({ pair, role, instanceId: instances[role] }));

/** A deployment, as the outputs of its stacks describe it. */
export interface Deployment {
  readonly name: string;
  readonly bucket: string;
  readonly documents: Readonly<Record<DocumentId, string>>;
  /** In ascending order of their numbers. */
  readonly pairs: readonly DeployedPair[];
}

const DEPLOY = 'npx serving-compare deploy';

const isUsable = (status: string): boolean =>
  /^(CREATE|UPDATE|IMPORT|UPDATE_ROLLBACK)_COMPLETE$/.test(status);

/** What to do about a stack that cannot be used. */
const stackRemedy = (name: string, status: string): string => {
  if (status.endsWith('_IN_PROGRESS')) {
    return 'wait until it has finished, then run this command again';
  }
  if (status === 'DELETE_FAILED') {
    return 'see what is left: npx serving-compare leftovers; then delete it: npx serving-compare finish';
  }
  return `see why: aws cloudformation describe-stack-events --stack-name ${name}; then deploy again: ${DEPLOY}`;
};

/** Returns a function that reads outputs of a stack and throws a BenchError for one that is missing. */
const outputReader = (stack: Stack) => {
  const outputs = outputsOf(stack);
  return (key: string): string => {
    const value = outputs.get(key);
    if (value === undefined || value === '') {
      throw new BenchError('BENCH_STACK', `the stack ${stack.StackName} has no output ${key}`, {
        hint: `it was deployed by another version of this project; deploy again: ${DEPLOY}`,
      });
    }
    return value;
  };
};

/** The output is "unknown" if the price list lacks a price. */
const priceOf = (text: string): number | undefined =>
  Number.isFinite(Number(text)) ? Number(text) : undefined;

/** Reads the servings that cannot start from the bootstrap signals of the nodes, which CloudFormation collects by role. */
const unavailableOf = (signalled: string): readonly UnavailableServing[] => {
  const { serving = '' } = JSON.parse(signalled) as { readonly serving?: string };
  return parseUnavailable(serving);
};

const describe = (name: string, base: Stack, pairs: ReadonlyMap<number, Stack>): Deployment => {
  const output = outputReader(base);
  return {
    name,
    bucket: output(baseOutputKeys.resultsBucket),
    documents: Object.fromEntries(
      documentIds.map((id) => [id, output(documentOutputKey(id))]),
    ) as Record<DocumentId, string>,
    pairs: [...pairs].map(([pair, stack]): DeployedPair => {
      const pairOutput = outputReader(stack);
      const unavailable = unavailableOf(pairOutput(pairOutputKeys.unavailable));
      return {
        pair,
        instances: {
          serving: pairOutput(pairOutputKeys.servingInstance),
          middleware: pairOutput(pairOutputKeys.middlewareInstance),
        },
        availabilityZone: pairOutput(pairOutputKeys.availabilityZone),
        pricePerHourUsd: priceOf(pairOutput(pairOutputKeys.pricePerHour)),
        maxHours: Number(pairOutput(pairOutputKeys.maxHours)),
        runtime: pairOutput(pairOutputKeys.runtime) as ServingRuntime,
        cores: Number(pairOutput(pairOutputKeys.servingCores)),
        servings: (pairOutput(pairOutputKeys.servings).split(',') as ServingName[]).filter((id) =>
          unavailable.every(({ serving }) => serving !== id),
        ),
        unavailable,
      };
    }),
  };
};

/**
 * Reads a deployment from its stacks.
 *
 * @throws BenchError if it is not deployed, only half deployed, or being deleted.
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
        hint: `deploy it: ${DEPLOY}; if it was deployed with -c name=… or -c region=…, put the same into serving-compare.json`,
      },
    );
  }
  for (const stack of [base, ...pairs.values()]) {
    const { StackName = '', StackStatus = '' } = stack;
    if (isUsable(StackStatus)) continue;
    throw new BenchError('BENCH_STACK', `the stack ${StackName} is in the state ${StackStatus}`, {
      hint: stackRemedy(StackName, StackStatus),
    });
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
 * Finds a deployment by its name.
 *
 * @throws BenchError if it cannot be used, see {@link deploymentOf}.
 */
export const findDeployment = async (aws: Aws, name: string): Promise<Deployment> =>
  deploymentOf(name, aws.region, await readStacks(aws, name));

/**
 * The part of a deployment that is usable, whatever the state of its other stacks: results must be reachable even if a pair failed,
 * or if the bucket kept the base stack from being deleted. Undefined if nothing can have results: a base stack whose creation
 * failed has no outputs.
 */
export const remainsOf = (
  name: string,
  { base, pairs }: DeployedStacks,
): Deployment | undefined => {
  if (base === undefined || outputsOf(base).size === 0) return undefined;
  const usable = [...pairs].filter(([, { StackStatus = '' }]) => isUsable(StackStatus));
  return describe(name, base, new Map(usable));
};

/**
 * Finds {@link remainsOf} a deployment.
 *
 * @throws BenchError if there is no base stack, or its creation failed.
 */
export const findRemains = async (aws: Aws, name: string): Promise<Deployment> => {
  const stacks = await readStacks(aws, name);
  return remainsOf(name, stacks) ?? deploymentOf(name, aws.region, stacks);
};

/** Price of the given pairs together in US dollars per hour; undefined if one of them has no known price. */
export const pricePerHourOf = (
  pairs: readonly Pick<DeployedPair, 'pricePerHourUsd'>[],
): number | undefined =>
  pairs.reduce<number | undefined>(
    (sum, { pricePerHourUsd }) =>
      sum === undefined || pricePerHourUsd === undefined ? undefined : sum + pricePerHourUsd,
    0,
  );
