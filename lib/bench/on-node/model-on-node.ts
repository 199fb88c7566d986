import type { PreparedServings } from '../../../serving-configs/runtimes/aws-node/prepared-servings.ts';
import type { Aws } from '../aws/clients.ts';
import { receiveModel } from '../aws/model-transfer.ts';
import type { RunRequest } from '../aws/run-request.ts';
import type { Plan, RunSettings } from '../model/plan.ts';
import type { InputsOrigin } from '../run/inputs.ts';
import { defaultModel } from '../run/project-files.ts';
import { modelFolderOf } from '../run/tensor-inputs.ts';
import { readOwnModel } from '../user-model/read-user-model.ts';
import type { ServedOnNode } from './node-runtime.ts';
import { assertSameModel, modelSettings } from './prepared-containers.ts';
import type { ShareLocation } from './upload.ts';

/** The model of a run on this node pair. */
export interface ModelOnNode {
  /** Its files here. */
  readonly settings: RunSettings;
  readonly inputs: InputsOrigin;
  /** @throws BenchError if the serving node has another model than a plan. */
  readonly assertServed: (plan: Pick<Plan, 'model'>) => void;
  /** What the serving node is told of it. */
  readonly servedAs: (plan: Pick<Plan, 'model'>) => ServedOnNode['model'];
}

/** Where a run is, and the containers of its serving node; undefined with the simulated runtime. */
interface NodeParts {
  readonly aws: Aws;
  readonly location: ShareLocation;
  readonly folder: string;
  readonly prepared: PreparedServings | undefined;
  readonly signal: AbortSignal;
}

/** A model that both nodes of the pair have built. */
const builtModel = async ({ prepared }: NodeParts): Promise<ModelOnNode> => ({
  settings: prepared === undefined ? {} : modelSettings(prepared),
  inputs: { kind: 'description', model: await readOwnModel(defaultModel) },
  assertServed: (plan) => {
    if (prepared !== undefined) assertSameModel(prepared, plan);
  },
  servedAs: ({ model: { kind, name } }) => ({ kind, name, parameters: {} }),
});

/** A model that the operator has sent with its requests. */
const sentModel = async (
  { aws, location, folder, signal }: NodeParts,
  sums: string,
): Promise<ModelOnNode> => {
  await receiveModel(aws, location, modelFolderOf(folder), sums, signal);
  const parameters = { Model: `${location.runId}/${sums}` };
  return {
    settings: {},
    inputs: { kind: 'folder' },
    assertServed: () => undefined,
    servedAs: ({ model: { kind, name } }) => ({ kind, name, parameters }),
  };
};

/**
 * Finds the model of a request on this node, or fetches it.
 *
 * @throws BenchError if it is not there, or not the one that was sent.
 */
export const modelOnNode = (model: RunRequest['model'], parts: NodeParts): Promise<ModelOnNode> =>
  model.kind === 'sent' ? sentModel(parts, model.sums) : builtModel(parts);
