import { documents, type DocumentId } from '../../deployment/documents/index.ts';
import type { NodeRole } from '../../deployment/tags.ts';
import { BenchError } from '../model/errors.ts';
import type { Aws } from './clients.ts';
import { nodesOfPair, type DeployedNode, type Deployment } from './deployment.ts';
import { nodeProblems, readNodes } from './nodes.ts';
import { runDocument } from './run-document.ts';

/** Which nodes get a command. */
export interface CommandTargets {
  /** Numbers of the pairs; undefined for all of the deployment. */
  readonly pairs?: readonly number[];
  readonly role?: NodeRole;
}

/** What became of a command on one node. */
export interface NodeOutcome extends DeployedNode {
  /** Undefined where it succeeded. */
  readonly problem?: string;
}

type Parameters = Readonly<Record<string, string>>;

/** The nodes that a document is for, of those that are meant. Pure. */
const targetsOf = (
  deployment: Pick<Deployment, 'pairs'>,
  id: DocumentId,
  { pairs, role }: CommandTargets,
): readonly DeployedNode[] =>
  deployment.pairs
    .filter(({ pair }) => pairs?.includes(pair) ?? true)
    .flatMap((pair) => nodesOfPair(pair, role === undefined ? documents[id].roles : [role]));

/** Whether a failure is of one node; others, as a right that is missing, are of the whole call. */
const isOfNode = (error: unknown): error is BenchError =>
  error instanceof BenchError && /^BENCH_(NODE|COMMAND|SERVING)_/.test(error.code);

/**
 * Runs a document on nodes of a deployment and says of every one what became of it. Each has a command of its own, since one
 * for several is refused as a whole where one of them is gone.
 */
export const commandNodes = async (
  aws: Aws,
  deployment: Deployment,
  id: DocumentId,
  parameters: Parameters,
  targets: CommandTargets,
  signal: AbortSignal,
): Promise<readonly NodeOutcome[]> => {
  const name = deployment.documents[id];
  const comment = ['serving-compare', id, parameters.RunId ?? []].flat().join(' ');
  const states = await readNodes(aws, deployment.pairs);
  const problems = nodeProblems(deployment.name, aws.region, states);
  return Promise.all(
    targetsOf(deployment, id, targets).map(async (node): Promise<NodeOutcome> => {
      // To command an instance that is gone is denied, as it has no tags any more.
      const known = problems.find(({ instanceId }) => instanceId === node.instanceId);
      if (known !== undefined) return { ...node, problem: known.what };
      const call = { id, name, instanceId: node.instanceId, parameters, comment };
      try {
        await runDocument(aws.ssm, call, signal);
        return node;
      } catch (error) {
        if (!isOfNode(error)) throw error;
        return { ...node, problem: error.message };
      }
    }),
  );
};

/** A line about a node that failed. Pure. */
export const outcomeText = ({ pair, role, instanceId, problem }: NodeOutcome): string =>
  `pair ${pair}, ${role} node ${instanceId}: ${problem ?? 'done'}`;
