import { paginateDescribeInstances, type Instance } from '@aws-sdk/client-ec2';
import { paginateDescribeInstanceInformation } from '@aws-sdk/client-ssm';
import { tagKeys, type NodeRole } from '../../deployment/tags.ts';
import type { Aws } from './clients.ts';
import { nodesOfPair, type DeployedPair } from './deployment.ts';

/** A node as EC2 and Systems Manager see it now. */
export interface NodeState {
  readonly pair: number;
  readonly role: NodeRole;
  readonly instanceId: string;
  /** As EC2 calls it; `gone` where EC2 knows no such instance any more. */
  readonly state: string;
  readonly instanceType?: string;
  readonly launchedAt?: Date;
  /** The deadline that "extend" gave it; absent if it was not extended. */
  readonly extendedTo?: Date;
  /** Why EC2 changed the state last, e.g. a spot interruption. */
  readonly stateReason?: string;
  /** Absent where the agent never called. */
  readonly isAgentOnline?: boolean;
}

/** Whether it may still do something. */
export const isUp = ({ state }: Pick<NodeState, 'state'>): boolean =>
  state === 'running' || state === 'pending';

const instancesById = async (
  aws: Aws,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Instance>> => {
  const found = new Map<string, Instance>();
  // A filter, since an id that EC2 has forgotten would be an error.
  const input = { Filters: [{ Name: 'instance-id', Values: [...ids] }] };
  for await (const page of paginateDescribeInstances({ client: aws.ec2 }, input)) {
    for (const instance of (page.Reservations ?? []).flatMap((one) => one.Instances ?? [])) {
      found.set(instance.InstanceId ?? '', instance);
    }
  }
  return found;
};

/** Whether the agent of each instance is online, of those whose agent ever called. */
const agentsById = async (
  aws: Aws,
  ids: readonly string[],
): Promise<ReadonlyMap<string, boolean>> => {
  const found = new Map<string, boolean>();
  const input = { Filters: [{ Key: 'InstanceIds', Values: [...ids] }] };
  for await (const page of paginateDescribeInstanceInformation({ client: aws.ssm }, input)) {
    for (const { InstanceId = '', PingStatus } of page.InstanceInformationList ?? []) {
      found.set(InstanceId, PingStatus === 'Online');
    }
  }
  return found;
};

/** Reads the state of all nodes of some pairs, pair by pair. */
export const readNodes = async (
  aws: Aws,
  pairs: readonly DeployedPair[],
): Promise<readonly NodeState[]> => {
  // Filters without a value are refused.
  if (pairs.length === 0) return [];
  const wanted = pairs.flatMap((pair) => nodesOfPair(pair));
  const ids = wanted.map(({ instanceId }) => instanceId);
  const [instances, agents] = await Promise.all([instancesById(aws, ids), agentsById(aws, ids)]);
  return wanted.map((node) => {
    const instance = instances.get(node.instanceId);
    const extended = instance?.Tags?.find(({ Key }) => Key === tagKeys.deadline)?.Value;
    return {
      ...node,
      state: instance?.State?.Name ?? 'gone',
      instanceType: instance?.InstanceType,
      launchedAt: instance?.LaunchTime,
      extendedTo: extended === undefined ? undefined : new Date(Number(extended) * 1000),
      stateReason: instance?.StateReason?.Message || undefined,
      isAgentOnline: agents.get(node.instanceId),
    };
  });
};

/** Why a node cannot take part, and what fixes it. */
export interface NodeProblem {
  readonly pair: number;
  readonly instanceId: string;
  readonly what: string;
  readonly remedy: string;
}

const GONE = new Set(['gone', 'terminated', 'shutting-down']);

/** What hinders nodes from taking part in a run. Pure. */
export const nodeProblems = (
  deployment: string,
  region: string,
  nodes: readonly NodeState[],
): readonly NodeProblem[] =>
  nodes.flatMap(({ pair, role, instanceId, state, stateReason, isAgentOnline }) => {
    const who = `the ${role} node of pair ${pair} (${instanceId})`;
    const problem = (what: string, remedy: string): readonly NodeProblem[] => [
      { pair, instanceId, what: `${who}${what}`, remedy },
    ];
    // It comes back only with a new stack; one that stopped has lost the disk with its images and models.
    const again = `deploy the pair again: npx cdk destroy ${deployment}-pair-${pair} && npx cdk deploy --all`;
    if (GONE.has(state)) {
      const why = stateReason === undefined ? '' : `: ${stateReason}`;
      return problem(` is ${state}${why}; its deadline may have passed`, again);
    }
    if (state !== 'running') {
      return problem(` is ${state}`, state === 'pending' ? 'wait until it runs' : again);
    }
    if (isAgentOnline === undefined) {
      return problem(
        ': its SSM agent never connected, so no command reaches it',
        `see its log: aws ec2 get-console-output --latest --output text --region ${region} --instance-id ${instanceId}`,
      );
    }
    if (isAgentOnline) return [];
    return problem(
      ': its SSM agent lost the connection',
      `wait a minute; if it stays offline: aws ec2 reboot-instances --region ${region} --instance-ids ${instanceId} (a run continues by itself)`,
    );
  });
