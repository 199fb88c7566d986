import { paginateDescribeInstances, type Instance } from '@aws-sdk/client-ec2';
import { paginateDescribeInstanceInformation } from '@aws-sdk/client-ssm';
import { tagKeys } from '../../aws/contract/tags.ts';
import type { Aws } from './clients.ts';
import { nodesOfPair, type DeployedNode, type DeployedPair } from './find-deployment.ts';

/** The current state of a node according to EC2 and SSM. */
export interface NodeState extends DeployedNode {
  /** The EC2 instance state, or `gone` if EC2 no longer knows the instance. */
  readonly state: string;
  readonly instanceType?: string;
  readonly launchedAt?: Date;
  /** The deadline set by `serving-compare extend`; absent if it was not extended. */
  readonly extendedTo?: Date;
  /** Why EC2 last changed the state, e.g. a spot interruption. */
  readonly stateReason?: string;
  /** Absent if the SSM agent never connected. */
  readonly isAgentOnline?: boolean;
}

/** Whether the instance runs or is about to. */
export const isUp = ({ state }: Pick<NodeState, 'state'>): boolean =>
  state === 'running' || state === 'pending';

const instancesById = async (
  aws: Aws,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Instance>> => {
  const instances = new Map<string, Instance>();
  // A filter, since EC2 answers with an error if a list of ids holds one that it has forgotten.
  const input = { Filters: [{ Name: 'instance-id', Values: [...ids] }] };
  for await (const page of paginateDescribeInstances({ client: aws.ec2 }, input)) {
    for (const { Instances = [] } of page.Reservations ?? []) {
      for (const instance of Instances) instances.set(instance.InstanceId ?? '', instance);
    }
  }
  return instances;
};

/** Whether the SSM agent of each instance is online. Instances whose agent never connected are absent. */
const agentsById = async (
  aws: Aws,
  ids: readonly string[],
): Promise<ReadonlyMap<string, boolean>> => {
  const agents = new Map<string, boolean>();
  const input = { Filters: [{ Key: 'InstanceIds', Values: [...ids] }] };
  for await (const page of paginateDescribeInstanceInformation({ client: aws.ssm }, input)) {
    for (const { InstanceId = '', PingStatus } of page.InstanceInformationList ?? []) {
      agents.set(InstanceId, PingStatus === 'Online');
    }
  }
  return agents;
};

/** Reads the state of all nodes of the given pairs, pair by pair. */
export const readNodes = async (
  aws: Aws,
  pairs: readonly DeployedPair[],
): Promise<readonly NodeState[]> => {
  // AWS refuses filters without values.
  if (pairs.length === 0) return [];
  const nodes = pairs.flatMap((pair) => nodesOfPair(pair));
  const ids = nodes.map(({ instanceId }) => instanceId);
  const [instances, agents] = await Promise.all([instancesById(aws, ids), agentsById(aws, ids)]);
  return nodes.map((node) => {
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

/** Why a node cannot take part in a run, and how to fix it. */
export interface NodeProblem {
  readonly pair: number;
  readonly instanceId: string;
  readonly what: string;
  readonly remedy: string;
}

const GONE = new Set(['gone', 'terminated', 'shutting-down']);

/** Whether only a new stack brings the node back: it is gone, or stopped, which costs it the disk with its images and models. */
export const isLost = ({ state }: Pick<NodeState, 'state'>): boolean =>
  GONE.has(state) || state === 'stopping' || state === 'stopped';

/** Lists the problems that keep nodes from taking part in a run. */
export const nodeProblems = (
  deployment: string,
  region: string,
  nodes: readonly NodeState[],
): readonly NodeProblem[] =>
  nodes.flatMap(({ pair, role, instanceId, state, stateReason, isAgentOnline }) => {
    const name = `the ${role} node of pair ${pair} (${instanceId})`;
    const problem = (what: string, remedy: string): readonly NodeProblem[] => [
      { pair, instanceId, what: `${name}${what}`, remedy },
    ];
    const redeploy = `deploy again, which replaces the stack ${deployment}-pair-${pair}: npx serving-compare deploy`;
    if (GONE.has(state)) {
      const why = stateReason === undefined ? '' : `: ${stateReason}`;
      return problem(` is ${state}${why}; its deadline may have passed`, redeploy);
    }
    if (state !== 'running') {
      return problem(` is ${state}`, state === 'pending' ? 'wait until it runs' : redeploy);
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
