import { documents } from '../../deployment/documents/index.ts';
import type { ServingReady, ServingState } from '../../deployment/serving-state.ts';
import type { Aws } from '../aws/clients.ts';
import { createNodeCommands } from './node-commands.ts';
import type { NodeSettings } from './node-settings.ts';

/** The documents that a runner sends to its serving node. */
type ServingDocument = keyof NodeSettings['documents'];

/** What each document's script answers. */
interface Answers {
  readonly StartServing: ServingReady;
  readonly StopServing: object;
  readonly InspectServing: ServingState;
  readonly EndNode: object;
}

/** Drives the serving node of a pair through Run Command. */
export interface ServingCommands {
  /**
   * Runs a document on the serving node and returns what its script answered. An abort cancels the command.
   *
   * @throws BenchError where it did not succeed; the signal's reason where it was aborted.
   */
  readonly run: <Name extends ServingDocument>(
    document: Name,
    parameters: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ) => Promise<Answers[Name]>;
}

/** As {@link createNodeCommands}, for the serving node. */
export const createServingCommands = async (
  client: Aws['ssm'],
  settings: Pick<NodeSettings, 'documents' | 'servingInstance'>,
  comment: string,
): Promise<ServingCommands> => {
  const named = (id: ServingDocument) => ({
    name: settings.documents[id],
    timeoutSeconds: documents[id].timeoutSeconds,
  });
  const commands = await createNodeCommands(
    client,
    {
      role: 'serving',
      instanceId: settings.servingInstance,
      documents: {
        StartServing: named('StartServing'),
        StopServing: named('StopServing'),
        InspectServing: named('InspectServing'),
        EndNode: named('EndNode'),
      },
    },
    comment,
  );
  return {
    run: async <Name extends ServingDocument>(
      document: Name,
      parameters: Readonly<Record<string, string>>,
      signal: AbortSignal,
    ) => (await commands.run(document, parameters, signal)) as Answers[Name],
  };
};
