import { documents, type DocumentId } from '../../aws/contract/documents/index.ts';
import type { NodeRole } from '../../aws/contract/tags.ts';
import { BenchError } from '../model/errors.ts';
import type { Aws } from './clients.ts';
import { nodesOfPair, type DeployedNode, type Deployment } from './find-deployment.ts';
import { nodeProblems, readNodes } from './node-states.ts';
import { runDocument } from './ssm-command.ts';

/** The nodes that get a command. */
export interface CommandTargets {
  /** Numbers of the pairs; undefined: all pairs of the deployment. */
  readonly pairs?: readonly number[];
  /** Undefined: the roles that the document is for. */
  readonly role?: NodeRole;
}

/** The result of a command on one node. */
export interface NodeOutcome extends DeployedNode {
  /** Undefined if the command succeeded. */
  readonly problem?: string;
}

/** The parameters of an SSM document. */
export type CommandParameters = Readonly<Record<string, string>>;

const targetsOf = (
  deployment: Pick<Deployment, 'pairs'>,
  id: DocumentId,
  { pairs, role }: CommandTargets,
): readonly DeployedNode[] =>
  deployment.pairs
    .filter(({ pair }) => pairs?.includes(pair) ?? true)
    .flatMap((pair) => nodesOfPair(pair, role === undefined ? documents[id].roles : [role]));

/** Whether a failure concerns one node only; others, such as a missing right, concern all of them. */
const isNodeFailure = (error: unknown): error is BenchError =>
  error instanceof BenchError && /^BENCH_(NODE|COMMAND|SERVING)_/.test(error.code);

/**
 * Runs a document on nodes of a deployment and returns the outcome for each. Every node gets its own command, because SSM
 * refuses a command for several nodes if one of them is gone.
 */
export const commandNodes = async (
  aws: Aws,
  deployment: Deployment,
  id: DocumentId,
  parameters: CommandParameters,
  targets: CommandTargets,
  signal: AbortSignal,
): Promise<readonly NodeOutcome[]> => {
  const name = deployment.documents[id];
  const comment = ['serving-compare', id, parameters.RunId ?? []].flat().join(' ');
  const states = await readNodes(aws, deployment.pairs);
  const problems = nodeProblems(deployment.name, aws.region, states);
  return Promise.all(
    targetsOf(deployment, id, targets).map(async (node): Promise<NodeOutcome> => {
      // AWS answers "access denied" for an instance that is gone, since its tags are gone too.
      const problem = problems.find(({ instanceId }) => instanceId === node.instanceId);
      if (problem !== undefined) return { ...node, problem: problem.what };
      const call = { id, name, instanceId: node.instanceId, parameters, comment };
      try {
        await runDocument(aws.ssm, call, signal);
        return node;
      } catch (error) {
        if (!isNodeFailure(error)) throw error;
        return { ...node, problem: error.message };
      }
    }),
  );
};

/** Describes the outcome for one node in a line. */
export const outcomeText = ({ pair, role, instanceId, problem }: NodeOutcome): string =>
  `pair ${pair}, ${role} node ${instanceId}: ${problem ?? 'done'}`;
