import type { DocumentId } from '../../deployment/documents/index.ts';
import { documents } from '../../deployment/documents/index.ts';
import type { NodeRole } from '../../deployment/tags.ts';
import type { Aws } from './clients.ts';
import { commandRequest, type CommandRequest, type CommandTargets } from './command-request.ts';
import { nodesOfPair, type DeployedPair, type Deployment } from './deployment.ts';
import { invocationText, lastWordsOf } from './invocation-text.ts';
import { sendCommand, waitForCommand } from './send-command.ts';

/** What became of a command on one node. */
export interface NodeOutcome {
  readonly pair: number;
  readonly role: NodeRole;
  readonly instanceId: string;
  /** Undefined where it succeeded. */
  readonly problem?: string;
}

/** The nodes that a command is meant for. */
const nodesOf = (
  pairs: readonly DeployedPair[],
  id: DocumentId,
  targets: CommandTargets,
): readonly Omit<NodeOutcome, 'problem'>[] => {
  const roles: readonly NodeRole[] =
    targets.role === undefined ? documents[id].roles : [targets.role];
  return pairs
    .filter(({ pair }) => targets.pairs?.includes(pair) ?? true)
    .flatMap((pair) => nodesOfPair(pair, roles));
};

/** Sends a prepared command and says for every node that it is meant for what became of it. */
export const runPrepared = async (
  aws: Aws,
  deployment: Deployment,
  id: DocumentId,
  request: CommandRequest,
  targets: CommandTargets,
  signal: AbortSignal,
): Promise<readonly NodeOutcome[]> => {
  const nodes = nodesOf(deployment.pairs, id, targets);
  const sent = await sendCommand(aws, deployment, id, request);
  const invocations = await waitForCommand(
    aws,
    sent,
    nodes.map(({ instanceId }) => instanceId),
    signal,
  );
  return Promise.all(
    nodes.map(async (node, index): Promise<NodeOutcome> => {
      const invocation = invocations[index];
      if (invocation === undefined || invocation.state === 'succeeded') return node;
      const words = await lastWordsOf(aws, sent.commandId, invocation);
      return { ...node, problem: invocationText(invocation, words) };
    }),
  );
};

/** Sends one command to nodes of a deployment and waits until every one of them has ended it. */
export const commandNodes = (
  aws: Aws,
  deployment: Deployment,
  id: DocumentId,
  parameters: Readonly<Record<string, string>>,
  targets: CommandTargets,
  signal: AbortSignal,
): Promise<readonly NodeOutcome[]> => {
  const request = commandRequest(deployment, id, parameters, targets);
  return runPrepared(aws, deployment, id, request, targets, signal);
};

/** A line about a node that failed. Pure. */
export const outcomeText = ({ pair, role, instanceId, problem }: NodeOutcome): string =>
  `pair ${pair}, ${role} node ${instanceId}: ${problem ?? 'done'}`;
