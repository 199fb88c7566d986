import type { PreparedServings } from '../../../serving-configs/runtimes/node/prepared-servings.ts';
import { runKeys } from '../../deployment/run-keys.ts';
import { readNode } from '../../node/system/machine.ts';
import type { Aws } from '../aws/clients.ts';
import { closedContainers } from '../aws/run-request.ts';
import { assertOnePlan } from '../aws/merge-runs.ts';
import { listObjects, readJson } from '../aws/objects.ts';
import { BenchError } from '../model/errors.ts';
import { findK6 } from '../load/k6/program.ts';
import { buildTargets } from '../plan/build-targets.ts';
import { areServingsNamed, resolvePlanOptions, seedFrom } from '../plan/plan-options.ts';
import { planTensors } from '../plan/tensor-plan.ts';
import type { Plan } from '../model/plan.ts';
import type { PlanOptions, PlanOverrides } from '../model/plan-options.ts';
import { countRepeats, shareRepeats, workOfRepeats } from '../plan/share-repeats.ts';
import { prepareNewRun, prepareResumedRun, type PreparedRun } from '../run/prepare.ts';
import type { RunShare } from '../run/run-plan.ts';
import { chooseServings } from '../run/choose-servings.ts';
import { readPlannedInputs, modelFolderOf } from '../run/tensor-inputs.ts';
import { withPair } from './describe-pair.ts';
import type { NodeRun, NodeRunContext } from './node-run.ts';
import { modelSettings, preparedEntries } from './prepared-entries.ts';
import type { ServingCommands } from './serving-commands.ts';
import { createSsmSlot } from './ssm-slot.ts';
import type { RunPlace } from './upload.ts';

const loadGeneratorHere = async (): Promise<'k6' | 'embedded'> =>
  findK6().then(
    () => 'k6' as const,
    () => 'embedded' as const,
  );

/**
 * The options of a plan on node pairs: what was given, then what every pair finds by itself and all find alike. Pure.
 *
 * @param found the servings of the deployment and the load generator of the node
 * @throws BenchError where a serving was named that the deployment has not.
 */
export const nodePlanOptions = (
  overrides: PlanOverrides,
  runId: string,
  found: Pick<PlanOptions, 'servings' | 'loadGenerator'>,
): PlanOptions => {
  const missing = (overrides.servings ?? []).filter((name) => !found.servings.includes(name));
  if (missing.length > 0) {
    throw new BenchError(
      'BENCH_NOT_DEPLOYED',
      `this deployment has no ${missing.join(', ')}, only ${found.servings.join(', ')}`,
      { hint: 'add it to "servings" of the configuration and deploy again: npx cdk deploy --all' },
    );
  }
  return resolvePlanOptions({ ...found, seed: seedFrom(runId), ...overrides }, 'aws');
};

/**
 * The plan of a run in its folder: made again, or taken up where it was left.
 *
 * @param prepared the containers of the serving node; undefined with the simulated runtime
 */
export const prepareOnNode = async (
  run: NodeRun,
  { node, emit, signal }: NodeRunContext,
  isBegun: boolean,
  prepared: PreparedServings | undefined,
): Promise<PreparedRun> => {
  const { folder, overrides } = run;
  const users =
    run.modelSums === undefined ? undefined : await readPlannedInputs(modelFolderOf(folder));
  const userModel = users && ('written' as const);
  const own = prepared === undefined ? {} : modelSettings(prepared);
  const settings = {
    ...run.settings,
    ...(users === undefined ? own : { modelDescription: users.description }),
  };
  const place = { where: 'aws', runtime: node.runtime } as const;
  if (isBegun) {
    return prepareResumedRun({ folder, overrides, settings, place, userModel }, { emit, signal });
  }
  const closed = users && closedContainers(node.runtime, users.model.tensors);
  const asked = users && planTensors(overrides, users.model.tensors, () => node.servings, closed);
  const loadGenerator = asked === undefined ? await loadGeneratorHere() : 'embedded';
  const found = { servings: node.servings, loadGenerator } as const;
  const options = nodePlanOptions(asked?.overrides ?? overrides, run.runId, found);
  const strict = areServingsNamed(overrides);
  const entries = prepared && preparedEntries(prepared);
  const wanted = asked?.able ?? options.servings;
  const chosen = chooseServings(wanted, 'docker', entries, strict);
  const able = { ...options, servings: chosen.servings };
  const targets = buildTargets(able, strict, asked?.isPossible);
  const leftOut = [...chosen.leftOut, ...(asked?.leftOut ?? [])];
  return prepareNewRun(
    {
      folder,
      options,
      targets,
      settings,
      place,
      served: chosen.served,
      leftOut,
      userModel,
      modelInputs: users?.model.tensors.inputs,
    },
    { emit, signal },
  );
};

/**
 * Demands that what others have measured of the run is of the same plan: else all that this pair measures would be for nothing.
 *
 * @throws BenchError where it is not.
 */
export const assertSamePlan = async (
  aws: Aws,
  { bucket, runId, pair }: RunPlace,
  plan: Plan,
): Promise<void> => {
  const other = (await listObjects(aws, bucket, runKeys.run(runId)))
    .map(({ key }) => Number(/\/pair-(\d+)\/results\.jsonl$/.exec(key)?.[1] ?? pair))
    .find((number) => number !== pair);
  if (other === undefined) return;
  const found = (await readJson(aws, bucket, runKeys.plan(runId, other))) as Plan | undefined;
  if (found !== undefined) assertOnePlan({ pair: other, plan: found }, { pair, plan });
};

/**
 * The repeats of this pair.
 *
 * @throws BenchError where it has none, or the plan has no such.
 */
const ownRepeats = ({ pairs, runId }: NodeRun, plan: Plan, pair: number): readonly number[] => {
  const repeats = pairs.get(pair) ?? shareRepeats(plan, [...pairs.keys()]).get(pair);
  const most = countRepeats(plan);
  if (repeats?.every((repeat) => repeat <= most) === true) return repeats;
  throw new BenchError(
    'BENCH_NO_REPEAT',
    repeats === undefined
      ? `the run ${runId} is for the pairs ${[...pairs.keys()].join(', ')}, not for ${pair}`
      : `the plan of ${runId} has ${most} repeats, and pair ${pair} is to measure ${repeats.join(', ')}`,
    { hint: `share the run out again: npx serving-compare run --on aws --resume ${runId}` },
  );
};

/** What this pair measures of a plan, and with what. */
export const shareOf = (
  run: NodeRun,
  plan: Plan,
  { node, signal }: NodeRunContext,
  commands: ServingCommands,
): RunShare => {
  const { pair } = node;
  const { name = '' } = plan.model.tensors ?? {};
  const parameter = run.modelSums && `${run.runId}/${run.modelSums}`;
  const repeats = ownRepeats(run, plan, pair);
  const servings = [...new Set(plan.targets.map(({ serving }) => serving))];
  return {
    origin: { pair },
    repeats,
    ...workOfRepeats(plan, repeats),
    slot: createSsmSlot(commands, {
      host: node.servingHost,
      servings,
      model: parameter === undefined ? undefined : { name, parameter },
    }),
    describeEnvironment: async (known) => {
      const state = await commands.run('InspectServing', {}, signal);
      return withPair(known, node, plan, state, await readNode(process.env), new Date());
    },
  };
};

/** The same in words, for the journal. */
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
