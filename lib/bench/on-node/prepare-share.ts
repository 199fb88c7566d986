import type { PreparedServings } from '../../../serving-configs/runtimes/aws-node/prepared-servings.ts';
import { runKeys } from '../../aws/contract/run-keys.ts';
import { readNode } from '../../aws/node/system/machine.ts';
import type { Aws } from '../aws/clients.ts';
import { assertOnePlan } from '../aws/merge-runs.ts';
import { receiveModel } from '../aws/model-transfer.ts';
import { shareRepeats, workOfRepeats, type Repeats, type SharedPlan } from '../aws/repeats.ts';
import { readRunRequest } from '../aws/run-objects.ts';
import { availableOnPairs, requestOnPairs, type RunRequest } from '../aws/run-request.ts';
import { listObjects, readJson } from '../aws/s3-objects.ts';
import { findK6 } from '../load/k6/k6-process.ts';
import { BenchError } from '../model/errors.ts';
import type { PlanOverrides } from '../model/plan-options.ts';
import type { Plan, RunSettings } from '../model/plan.ts';
import type { AskedPlan } from '../plan/plan-request.ts';
import type { InputsOrigin } from '../run/inputs.ts';
import type { EmitRunEvent } from '../run/run-event.ts';
import { modelFolderOf } from '../run/tensor-inputs.ts';
import { readOwnModel } from '../model-file/read-model.ts';
import { makePlan, overridesOf } from '../run/make-plan.ts';
import { prepareNewRun, prepareResumedRun, type PreparedRun } from '../run/prepare-run.ts';
import type { RunShare } from '../run/run-plan.ts';
import { withPair } from './describe-pair.ts';
import type { NodeSettings } from './node-settings.ts';
import { assertSameModel, modelSettings, preparedEntries } from './prepared-containers.ts';
import type { ServingCommands } from './serving-commands.ts';
import { createNodeSystem, type ServedOnNode } from './node-runtime.ts';
import type { ShareLocation } from './upload.ts';

/** A run as the command line of a runner describes it. */
export interface NodeRun {
  readonly runId: string;
  readonly folder: string;
  /** The pairs that share the plan. */
  readonly pairs: readonly number[];
  /** Without any options and settings, the request in the bucket decides, if there is one. */
  readonly asked: AskedPlan;
  /** Whether both nodes of the pair end themselves once all results are in the bucket. */
  readonly endsNodes: boolean;
}

export interface NodeRunContext {
  readonly node: NodeSettings;
  readonly aws: Aws;
  readonly emit: EmitRunEvent;
  /** Writes a line to the journal. */
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
}

/** What node pairs are to do: the request of the operator, or that of a command line. */
export interface NodeRequest extends Pick<RunRequest, 'plan' | 'model' | 'pairs'> {
  readonly shares:
    | { readonly kind: 'given'; readonly repeats: Repeats }
    | { readonly kind: 'in turn' };
}

/**
 * Reads what this node is to do from the bucket, unless its command line has options of a plan.
 *
 * @throws BenchError if another version wrote the request.
 */
export const readNodeRequest = async (
  { runId, pairs, asked }: NodeRun,
  { node, aws }: Pick<NodeRunContext, 'node' | 'aws'>,
): Promise<NodeRequest> => {
  const { servings, options, settings } = asked;
  const isTyped =
    servings.kind !== 'default' || Object.keys({ ...options, ...settings }).length > 0;
  // Listed first: S3 answers "access denied" for a missing object if the role may only list below runs/.
  const isStored =
    !isTyped && (await listObjects(aws, node.bucket, runKeys.request(runId))).length > 0;
  const request = isStored ? await readRunRequest(aws, node.bucket, runId) : undefined;
  if (request !== undefined) {
    return { ...request, shares: { kind: 'given', repeats: request.repeats } };
  }
  const run = { runId, runtime: node.runtime };
  return {
    plan: requestOnPairs(run, asked),
    model: { kind: 'built' },
    pairs,
    shares: { kind: 'in turn' },
  };
};

const findLoadGenerator = async (): Promise<'k6' | 'embedded'> =>
  findK6().then(
    () => 'k6' as const,
    () => 'embedded' as const,
  );

/** @throws BenchError if a requested serving is not deployed. */
export const assertDeployed = (
  { servings: requested = [] }: PlanOverrides,
  { servings }: Pick<NodeSettings, 'servings'>,
): void => {
  const missing = requested.filter((name) => !servings.includes(name));
  if (missing.length === 0) return;
  throw new BenchError(
    'BENCH_NOT_DEPLOYED',
    `this deployment has no ${missing.join(', ')}, only ${servings.join(', ')}`,
    {
      hint: 'add it to "servings" of the configuration and deploy again: npx serving-compare deploy',
    },
  );
};

/** The model of a run on this node pair. */
export interface ModelOfShare {
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
const builtModel = async ({ prepared }: NodeParts): Promise<ModelOfShare> => ({
  settings: prepared === undefined ? {} : modelSettings(prepared),
  inputs: { kind: 'description', model: await readOwnModel() },
  assertServed: (plan) => {
    if (prepared !== undefined) assertSameModel(prepared, plan);
  },
  servedAs: ({ model: { kind, name } }) => ({ kind, name, parameters: {} }),
});

/** A model that the operator has sent with its requests. */
const sentModel = async (
  { aws, location, folder, signal }: NodeParts,
  sums: string,
): Promise<ModelOfShare> => {
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
export const modelOnNode = (model: RunRequest['model'], parts: NodeParts): Promise<ModelOfShare> =>
  model.kind === 'sent' ? sentModel(parts, model.sums) : builtModel(parts);

/**
 * Prepares a run in its folder: a new plan, or the existing one if the run was started before.
 *
 * @param isResumed whether the folder holds a plan
 * @param prepared the containers of the serving node; undefined with the simulated runtime
 */
export const prepareOnNode = async (
  { plan: requested }: Pick<NodeRequest, 'plan'>,
  { settings: ofModel, inputs }: Pick<ModelOfShare, 'settings' | 'inputs'>,
  folder: string,
  { node, emit, signal }: NodeRunContext,
  isResumed: boolean,
  prepared: PreparedServings | undefined,
): Promise<PreparedRun> => {
  const plan = { ...requested, host: { where: 'aws', runtime: node.runtime } } as const;
  const overrides = overridesOf(plan);
  const settings = { ...plan.settings, ...ofModel };
  if (isResumed) {
    const resumed = { folder, overrides, settings, host: plan.host, inputs, servers: [] };
    return prepareResumedRun(resumed, { emit, signal });
  }
  assertDeployed(overrides, node);
  const planned = makePlan(plan, {
    ...availableOnPairs(node, plan.model),
    runnable: prepared ? { kind: 'listed', entries: preparedEntries(prepared) } : { kind: 'every' },
    loadGenerator: await findLoadGenerator(),
    settings: ofModel,
  });
  return prepareNewRun({ folder, planned, inputs }, { emit, signal });
};

/**
 * Ensures that the other pairs measure the same plan; otherwise everything that this pair measures would be useless.
 *
 * @throws BenchError if another pair has results of a different plan.
 */
export const assertSamePlan = async (
  aws: Aws,
  { bucket, runId, pair }: ShareLocation,
  plan: Plan,
): Promise<void> => {
  const other = (await listObjects(aws, bucket, runKeys.run(runId)))
    .map(({ key }) => Number(/\/pair-(\d+)\/results\.jsonl$/.exec(key)?.[1] ?? pair))
    .find((number) => number !== pair);
  if (other === undefined) return;
  const otherPlan = (await readJson(aws, bucket, runKeys.plan(runId, other))) as Plan | undefined;
  if (otherPlan !== undefined) assertOnePlan({ pair: other, plan: otherPlan }, { pair, plan });
};

/**
 * The repeats that a pair measures.
 *
 * @throws BenchError if it has none.
 */
export const repeatsOf = (
  { pairs, shares }: Pick<NodeRequest, 'pairs' | 'shares'>,
  runId: string,
  plan: SharedPlan,
  pair: number,
): readonly number[] => {
  const all = shares.kind === 'given' ? shares.repeats : shareRepeats(plan, pairs);
  const repeats = all[pair];
  if (repeats !== undefined && pairs.includes(pair)) return repeats;
  throw new BenchError(
    'BENCH_NO_REPEAT',
    `the run ${runId} is for the pairs ${pairs.join(', ')}, not for ${pair}`,
    { hint: `distribute its repeats again: npx serving-compare run --on aws --resume ${runId}` },
  );
};

/** Builds this pair's share of a plan: its repeats, its serving node, and how its environment is described. */
export const shareOf = (
  request: NodeRequest,
  model: ModelOfShare,
  runId: string,
  plan: Plan,
  { node, signal }: NodeRunContext,
  commands: ServingCommands,
): RunShare => {
  const { pair } = node;
  const repeats = repeatsOf(request, runId, plan, pair);
  const servings = [...new Set(plan.targets.map(({ serving }) => serving))];
  return {
    origin: { pair },
    repeats,
    ...workOfRepeats(plan, repeats),
    system: createNodeSystem(commands, {
      host: node.servingHost,
      servings,
      model: model.servedAs(plan),
      options: plan.options,
    }),
    describeEnvironment: async (known) => {
      const state = await commands.run('InspectServing', {}, signal);
      return withPair(known, node, plan, state, await readNode(process.env), new Date());
    },
  };
};
