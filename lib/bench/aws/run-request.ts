import { servingNames, type ServingName } from '../../../serving-configs/index.ts';
import { formatsOf } from '../../../serving-configs/models/tensors/tensor-model.ts';
import { reasonAgainstModel } from '../../../serving-configs/runtimes/docker/container-models.ts';
import type { ServingRuntime } from '../../deployment/node-environment.ts';
import type { LeftOut, Plan, PlannedModel } from '../model/plan.ts';
import type { PlanOptions, PlanOverrides } from '../model/plan-options.ts';
import { buildMeasurements } from '../plan/build-plan.ts';
import { buildTargets } from '../plan/build-targets.ts';
import type { Work } from '../plan/share-repeats.ts';
import { buildSearches, MOST_TRIALS } from '../plan/slo-search.ts';
import { areServingsNamed, resolvePlanOptions, seedFrom } from '../plan/plan-options.ts';
import { planTensors, takesTensors } from '../plan/tensor-plan.ts';
import { planArguments } from '../plan/command-line.ts';

/** What the operator asked for; `request.json` of a run. */
export interface RunRequest {
  readonly schema: 1;
  readonly runId: string;
  /** When it was sent last. */
  readonly sentAt: string;
  readonly deployment: string;
  /** From which every pair makes the same measurements; if no load generator is given, each node takes k6 if it has it. */
  readonly options: PlanOptions;
  /** Whether the servings were named one by one. */
  readonly strict: boolean;
  /** Of a user's model. */
  readonly tensors?: PlannedModel['tensors'];
  /** What of a user's model lies in the bucket, see `run-model.ts`. */
  readonly modelSums?: string;
  /** Servings of the deployment that do not take a user's model. */
  readonly leftOut?: readonly LeftOut[];
  /** Of the whole plan, with the most trials that its searches may take. */
  readonly totalMeasurements: number;
  /** Searches of the plan. */
  readonly searches: number;
  /** Of the document's parameter `Options`; a resume sends it again. */
  readonly optionText: string;
  /** Numbers of the pairs that it was sent to last. */
  readonly pairs: readonly number[];
  /** Of these, pairs on which the runner did not start. */
  readonly notStarted: readonly number[];
  /** By pair: all of its repeats. Absent before the first resume: the rule gives them, see `shareRepeats`. */
  readonly repeats?: Readonly<Record<string, readonly number[]>>;
  /** Measurements that were done before the last resume and stay with pairs that it was not sent to. */
  readonly keptMeasurements?: number;
}

/** The servings that cannot take a user's model with the runtime of node pairs. Pure. */
export const closedContainers = (
  runtime: ServingRuntime,
  model: Parameters<typeof formatsOf>[0],
): readonly LeftOut[] =>
  runtime === 'simulated'
    ? []
    : servingNames.flatMap((serving): readonly LeftOut[] => {
        const reason = reasonAgainstModel(serving, formatsOf(model));
        return reason === undefined ? [] : [{ serving, reason }];
      });

/** The measurements and searches of a request, as every pair makes them, and what they are made from. */
export const workOf = ({
  options,
  strict,
  tensors,
}: Pick<RunRequest, 'options' | 'strict' | 'tensors'>): Required<Work> &
  Pick<Plan, 'options' | 'targets'> => {
  const targets = buildTargets(options, strict, tensors && takesTensors(tensors));
  return {
    options,
    targets,
    measurements: buildMeasurements(targets, options, tensors?.inputs),
    searches: buildSearches(targets, options),
  };
};

/**
 * Puts a request together from what was given. Pure.
 *
 * @param deployed the deployment's name, and what its nodes can start, and how: the servings where none is named
 */
export const newRunRequest = (
  deployed: {
    readonly name: string;
    readonly servings: readonly ServingName[];
    readonly runtime: ServingRuntime;
  },
  overrides: PlanOverrides,
  to: {
    readonly runId: string;
    readonly pairs: readonly number[];
    readonly at: Date;
    /** Of the middleware; undefined for its own default. */
    readonly processes?: number | undefined;
    /** Of a user's model; undefined: ResNet-50. */
    readonly tensors?: PlannedModel['tensors'];
  },
): RunRequest => {
  const { tensors } = to;
  const closed = tensors && closedContainers(deployed.runtime, tensors);
  const users = tensors && planTensors(overrides, tensors, () => deployed.servings, closed);
  const words = [
    planArguments(overrides),
    to.processes === undefined ? '' : `--processes ${to.processes}`,
  ];
  const options = resolvePlanOptions(
    {
      servings: deployed.servings,
      seed: seedFrom(to.runId),
      ...overrides,
      ...(users && { ...users.overrides, servings: users.able }),
    },
    'aws',
  );
  const strict = areServingsNamed(overrides);
  const { measurements, searches } = workOf({ options, strict, tensors });
  return {
    schema: 1,
    runId: to.runId,
    sentAt: to.at.toISOString(),
    deployment: deployed.name,
    options,
    strict,
    tensors,
    leftOut: users?.leftOut,
    totalMeasurements: measurements.length + searches.length * MOST_TRIALS,
    searches: searches.length,
    optionText: words.filter((word) => word !== '').join(' '),
    pairs: to.pairs,
    notStarted: [],
  };
};

/** The parameters of the document `RunPlan` for a request. Pure. */
export const runPlanParameters = ({
  runId,
  pairs,
  repeats,
  optionText,
  modelSums,
}: RunRequest): Readonly<Record<string, string>> => {
  const model = modelSums === undefined ? '' : `--model-sums ${modelSums}`;
  const options = `${optionText} ${model}`.trim();
  return {
    RunId: runId,
    Pairs: pairs.map((pair) => [pair, repeats?.[pair]?.join('+') ?? []].flat().join(':')).join(','),
    ...(options === '' ? {} : { Options: options }),
  };
};

/** `2026-01-31t12-00-00-quick`: sorts by time, and is an object key, a unit name and a folder. */
export const newRunId = (at: Date, profile: string): string =>
  `${at.toISOString().slice(0, 19).replaceAll(':', '-').toLowerCase()}-${profile}`;
