import type {
  ServingDisturbed,
  ServingReady,
  ServingState,
} from '../../aws/contract/serving-state.ts';
import { wrapAwsError } from '../aws/aws-error.ts';
import type { Aws } from '../aws/clients.ts';
import { runDocument } from '../aws/ssm-command.ts';
import { BenchError } from '../model/errors.ts';
import type { NodeSettings } from './node-settings.ts';

/** The documents that a runner sends to its serving node. */
type ServingDocument = keyof NodeSettings['documents'];

/** The JSON that the script of each document prints. */
interface Answers {
  readonly StartServing: ServingReady;
  readonly StopServing: object;
  readonly InspectServing: ServingState;
  readonly DisturbServing: ServingDisturbed;
  readonly EndNode: object;
}

/** Controls the serving node of a pair through Run Command. */
export interface ServingCommands {
  /**
   * Runs a document on the serving node and returns what its script printed. An abort cancels the command.
   *
   * @throws BenchError if it did not succeed; the signal's reason if it was aborted.
   */
  readonly run: <Name extends ServingDocument>(
    document: Name,
    parameters: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ) => Promise<Answers[Name]>;
}

/** Explains an AWS error on a node, where a missing right is the fault of the node's role and not of the operator's policy. */
const explainOnNode = (error: unknown): unknown =>
  error instanceof BenchError && error.code === 'BENCH_AWS_DENIED'
    ? new BenchError(error.code, error.message, {
        hint: "the role of the middleware node must allow it; put the stacks' own role back: npx serving-compare deploy",
        cause: error,
      })
    : wrapAwsError(error);

export const createServingCommands = (
  client: Aws['ssm'],
  { documents, servingInstance }: Pick<NodeSettings, 'documents' | 'servingInstance'>,
  comment: string,
): ServingCommands => ({
  run: async <Name extends ServingDocument>(
    id: Name,
    parameters: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ) => {
    const call = { id, name: documents[id], instanceId: servingInstance, parameters, comment };
    try {
      const { stdout } = await runDocument(client, call, signal);
      return JSON.parse(stdout) as Answers[Name];
    } catch (error) {
      signal.throwIfAborted();
      throw explainOnNode(error);
    }
  },
});
