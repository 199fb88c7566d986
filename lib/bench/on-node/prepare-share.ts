import type { PreparedServings } from '../../../serving-configs/runtimes/aws-node/prepared-servings.ts';
import { runKeys } from '../../aws/contract/run-keys.ts';
import { readNode } from '../../aws/node/system/machine.ts';
import type { Aws } from '../aws/clients.ts';
import { assertOnePlan } from '../aws/merge-runs.ts';
import { readRunRequest } from '../aws/run-objects.ts';
import { availableOnPairs, requestOnPairs, type RunRequest } from '../aws/run-request.ts';
import { listObjects, readJson } from '../aws/s3-objects.ts';
import { findK6 } from '../load/k6/find-k6.ts';
import { BenchError } from '../model/errors.ts';
import type { PlanOverrides } from '../model/plan-options.ts';
import type { Plan } from '../model/plan.ts';
import { shareRepeats, workOfRepeats, type Work } from '../plan/share-repeats.ts';
import { makePlan, overridesOf } from '../run/make-plan.ts';
import {
  prepareNewRun,
  prepareResumedRun,
  type PreparedRun,
  type RunModel,
} from '../run/prepare-run.ts';
import type { RunShare } from '../run/run-plan.ts';
import { withPair } from './describe-pair.ts';
import type { NodeRun, NodeRunContext } from './node-run.ts';
import type { NodeSettings } from './node-settings.ts';
import { modelSettings, preparedEntries } from './prepared-containers.ts';
import type { ServingCommands } from './serving-commands.ts';
import { createSsmSlot } from './ssm-slot.ts';
import type { ShareLocation } from './upload.ts';

/** What a node is to do: the request of the operator, or that of a command line. */
export interface NodeRequest extends Pick<RunRequest, 'plan' | 'model'> {
  /** The repeats of each pair, or the pairs that share the plan. */
  readonly shares:
    | { readonly kind: 'given'; readonly repeats: RunRequest['repeats'] }
    | { readonly kind: 'in turn'; readonly pairs: readonly number[] };
}

/**
 * Reads what this node is to do from the bucket, unless its command line has options of a plan.
 *
 * @throws BenchError if another version wrote the request.
 */
export const readNodeRequest = async (
  { runId, pairs, overrides, settings }: NodeRun,
  { node, aws }: Pick<NodeRunContext, 'node' | 'aws'>,
): Promise<NodeRequest> => {
  const isTyped = Object.keys({ ...overrides, ...settings }).length > 0;
  // Listed first: S3 answers "access denied" for a missing object if the role may only list below runs/.
  const isStored =
    !isTyped && (await listObjects(aws, node.bucket, runKeys.request(runId))).length > 0;
  const request = isStored ? await readRunRequest(aws, node.bucket, runId) : undefined;
  if (request !== undefined) {
    const { plan, model, repeats } = request;
    return { plan, model, shares: { kind: 'given', repeats } };
  }
  const run = { runId, runtime: node.runtime };
  return {
    plan: requestOnPairs(run, overrides, { kind: 'resnet50' }, settings),
    model: { kind: 'built' },
    shares: { kind: 'in turn', pairs },
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
    { hint: 'add it to "servings" of the configuration and deploy again: npx cdk deploy --all' },
  );
};

/**
 * Prepares a run in its folder: a new plan, or the existing one if the run was started before.
 *
 * @param isResumed whether the folder holds a plan
 * @param prepared the containers of the serving node; undefined with the simulated runtime
 */
export const prepareOnNode = async (
  { plan: requested, model: { kind } }: NodeRequest,
  folder: string,
  { node, emit, signal }: NodeRunContext,
  isResumed: boolean,
  prepared: PreparedServings | undefined,
): Promise<PreparedRun> => {
  const plan = { ...requested, host: { where: 'aws', runtime: node.runtime } } as const;
  const overrides = overridesOf(plan);
  const built = prepared === undefined || kind === 'sent' ? {} : modelSettings(prepared);
  const settings = { ...plan.settings, ...built };
  const model: RunModel = { kind: kind === 'sent' ? 'written' : 'resnet50' };
  if (isResumed) {
    const resumed = { folder, overrides, settings, host: plan.host, model };
    return prepareResumedRun(resumed, { emit, signal });
  }
  assertDeployed(overrides, node);
  const planned = makePlan(plan, {
    ...availableOnPairs(node, plan.model),
    runnable: prepared ? { kind: 'listed', entries: preparedEntries(prepared) } : { kind: 'every' },
    loadGenerator: await findLoadGenerator(),
    settings: built,
  });
  return prepareNewRun({ folder, planned, model }, { emit, signal });
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
  { shares }: Pick<NodeRequest, 'shares'>,
  runId: string,
  plan: Work,
  pair: number,
): readonly number[] => {
  const all =
    shares.kind === 'given'
      ? new Map(Object.entries(shares.repeats).map(([number, own]) => [Number(number), own]))
      : shareRepeats(plan, shares.pairs);
  const repeats = all.get(pair);
  if (repeats !== undefined) return repeats;
  throw new BenchError(
    'BENCH_NO_REPEAT',
    `the run ${runId} is for the pairs ${[...all.keys()].join(', ')}, not for ${pair}`,
    { hint: `distribute its repeats again: npx serving-compare run --on aws --resume ${runId}` },
  );
};

/** Builds this pair's share of a plan: its repeats, its serving node, and how its environment is described. */
export const shareOf = (
  request: NodeRequest,
  runId: string,
  plan: Plan,
  { node, signal }: NodeRunContext,
  commands: ServingCommands,
): RunShare => {
  const { pair } = node;
  const { name = '' } = plan.model.tensors ?? {};
  const { model } = request;
  const repeats = repeatsOf(request, runId, plan, pair);
  const servings = [...new Set(plan.targets.map(({ serving }) => serving))];
  return {
    origin: { pair },
    repeats,
    ...workOfRepeats(plan, repeats),
    slot: createSsmSlot(commands, {
      host: node.servingHost,
      servings,
      model: model.kind === 'sent' ? { name, parameter: `${runId}/${model.sums}` } : undefined,
    }),
    describeEnvironment: async (known) => {
      const state = await commands.run('InspectServing', {}, signal);
      return withPair(known, node, plan, state, await readNode(process.env), new Date());
    },
  };
};

/** Describes a share in a line, for the journal. */
export const shareText = (
  { origin, repeats, measurements, searches }: RunShare,
  plan: Plan,
): string => {
  const searched =
    plan.searches === undefined
      ? ''
      : ` and ${searches.length} of ${plan.searches.length} searches`;
  return `pair ${origin.pair} measures the repeats ${repeats.join(', ')}: ${measurements.length} of ${plan.measurements.length} measurements${searched}`;
};
