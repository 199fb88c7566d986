import type { PreparedServings } from '../../../serving-configs/runtimes/aws-node/prepared-servings.ts';
import { runKeys } from '../../aws/contract/run-keys.ts';
import { readNode } from '../../aws/node/system/machine.ts';
import type { Aws } from '../aws/clients.ts';
import { unableServings } from '../aws/run-request.ts';
import { assertOnePlan } from '../aws/merge-runs.ts';
import { listObjects, readJson } from '../aws/s3-objects.ts';
import { BenchError } from '../model/errors.ts';
import { findK6 } from '../load/k6/find-k6.ts';
import { buildTargets } from '../plan/build-targets.ts';
import { areServingsNamed, resolvePlanOptions, seedFrom } from '../plan/resolve-plan-options.ts';
import { planTensors } from '../plan/tensor-plan.ts';
import type { Plan } from '../model/plan.ts';
import type { PlanOptions, PlanOverrides } from '../model/plan-options.ts';
import { countRepeats, shareRepeats, workOfRepeats, type Work } from '../plan/share-repeats.ts';
import { prepareNewRun, prepareResumedRun, type PreparedRun } from '../run/prepare-run.ts';
import type { RunShare } from '../run/run-plan.ts';
import { chooseServings } from '../run/servings/choose-servings.ts';
import { readPlannedInputs, modelFolderOf } from '../run/tensor-inputs.ts';
import { withPair } from './describe-pair.ts';
import type { NodeRun, NodeRunContext } from './node-run.ts';
import { modelSettings, preparedEntries } from './prepared-containers.ts';
import type { ServingCommands } from './serving-commands.ts';
import { createNodeSlot } from './node-runtime.ts';
import type { ShareLocation } from './upload.ts';

const findLoadGenerator = async (): Promise<'k6' | 'embedded'> =>
  findK6().then(
    () => 'k6' as const,
    () => 'embedded' as const,
  );

/**
 * Resolves the options of a plan on node pairs. All pairs must come to the same options.
 *
 * @param defaults the servings of the deployment and the load generator of the node
 * @throws BenchError if a requested serving is not deployed.
 */
export const nodePlanOptions = (
  overrides: PlanOverrides,
  runId: string,
  defaults: Pick<PlanOptions, 'servings' | 'loadGenerator'>,
): PlanOptions => {
  const missing = (overrides.servings ?? []).filter((name) => !defaults.servings.includes(name));
  if (missing.length > 0) {
    throw new BenchError(
      'BENCH_NOT_DEPLOYED',
      `this deployment has no ${missing.join(', ')}, only ${defaults.servings.join(', ')}`,
      { hint: 'add it to "servings" of the configuration and deploy again: npx cdk deploy --all' },
    );
  }
  return resolvePlanOptions({ ...defaults, seed: seedFrom(runId), ...overrides }, 'aws');
};

/**
 * Prepares a run in its folder: a new plan, or the existing one if the run was started before.
 *
 * @param isResumed whether the folder holds a plan
 * @param prepared the containers of the serving node; undefined with the simulated runtime
 */
export const prepareOnNode = async (
  run: NodeRun,
  { node, emit, signal }: NodeRunContext,
  isResumed: boolean,
  prepared: PreparedServings | undefined,
): Promise<PreparedRun> => {
  const { folder, overrides } = run;
  const inputs =
    run.modelSums === undefined ? undefined : await readPlannedInputs(modelFolderOf(folder));
  const userModel = inputs && ('written' as const);
  const builtModel = prepared === undefined ? {} : modelSettings(prepared);
  const settings = {
    ...run.settings,
    ...(inputs === undefined ? builtModel : { modelDescription: inputs.description }),
  };
  const host = { where: 'aws', runtime: node.runtime } as const;
  if (isResumed) {
    return prepareResumedRun({ folder, overrides, settings, host, userModel }, { emit, signal });
  }
  const tensors = inputs?.model.tensors;
  const unable = tensors && unableServings(node.runtime, tensors);
  const modelPlan = tensors && planTensors(overrides, tensors, () => node.servings, unable);
  const loadGenerator = modelPlan === undefined ? await findLoadGenerator() : 'embedded';
  const options = nodePlanOptions(modelPlan?.overrides ?? overrides, run.runId, {
    servings: node.servings,
    loadGenerator,
  });
  const strict = areServingsNamed(overrides);
  const requested = modelPlan?.servings ?? options.servings;
  const chosen =
    prepared === undefined
      ? { servings: requested, leftOut: [] }
      : chooseServings(requested, 'docker', preparedEntries(prepared), strict);
  const chosenOptions = { ...options, servings: chosen.servings };
  return prepareNewRun(
    {
      folder,
      options,
      targets: buildTargets(chosenOptions, strict, modelPlan?.isPossible),
      settings,
      host,
      served: chosen.served,
      leftOut: [...chosen.leftOut, ...(modelPlan?.leftOut ?? [])],
      userModel,
    },
    { emit, signal },
  );
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
 * @throws BenchError if the pair has no repeats, or one that is not in the plan.
 */
export const repeatsOf = (
  { pairs, runId }: Pick<NodeRun, 'pairs' | 'runId'>,
  plan: Work,
  pair: number,
): readonly number[] => {
  const repeats = pairs.get(pair) ?? shareRepeats(plan, [...pairs.keys()]).get(pair);
  const count = countRepeats(plan);
  if (repeats?.every((repeat) => repeat <= count) === true) return repeats;
  throw new BenchError(
    'BENCH_NO_REPEAT',
    repeats === undefined
      ? `the run ${runId} is for the pairs ${[...pairs.keys()].join(', ')}, not for ${pair}`
      : `the plan of ${runId} has ${count} repeats, and pair ${pair} is to measure ${repeats.join(', ')}`,
    { hint: `distribute its repeats again: npx serving-compare run --on aws --resume ${runId}` },
  );
};

/** Builds this pair's share of a plan: its repeats, its serving node, and how its environment is described. */
export const shareOf = (
  run: NodeRun,
  plan: Plan,
  { node, signal }: NodeRunContext,
  commands: ServingCommands,
): RunShare => {
  const { pair } = node;
  const { name = '' } = plan.model.tensors ?? {};
  const parameter = run.modelSums && `${run.runId}/${run.modelSums}`;
  const repeats = repeatsOf(run, plan, pair);
  const servings = [...new Set(plan.targets.map(({ serving }) => serving))];
  return {
    origin: { pair },
    repeats,
    ...workOfRepeats(plan, repeats),
    slot: createNodeSlot(commands, {
      host: node.servingHost,
      servings,
      model:
        parameter === undefined ? { kind: 'resnet50' } : { kind: 'described', name, parameter },
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
