import { servingNames, type ServingName } from '../../../serving-configs/index.ts';
import { formatsOf } from '../../../serving-configs/models/tensors/tensor-model.ts';
import { reasonAgainstModel } from '../../../serving-configs/runtimes/docker/container-models.ts';
import type { ServingRuntime } from '../../aws/contract/node-environment.ts';
import type { LeftOut, Plan, PlannedModel } from '../model/plan.ts';
import type { PlanOptions, PlanOverrides } from '../model/plan-options.ts';
import { buildMeasurements } from '../plan/build-plan.ts';
import { buildTargets } from '../plan/build-targets.ts';
import type { Work } from '../plan/share-repeats.ts';
import { buildSearches, MAX_TRIALS } from '../plan/slo-search.ts';
import { areServingsNamed, resolvePlanOptions, seedFrom } from '../plan/resolve-plan-options.ts';
import { planTensors, takesTensors } from '../plan/tensor-plan.ts';
import { planArguments } from '../plan/command-line.ts';

/** What the operator requested: the file `request.json` of a run. */
export interface RunRequest {
  readonly format: 1;
  readonly runId: string;
  /** When it was last sent. */
  readonly sentAt: string;
  readonly deployment: string;
  /** Every pair makes the same plan from these. Without a load generator, a node uses k6 if it has it. */
  readonly options: PlanOptions;
  /** Whether the user named each serving, so that none may be left out. */
  readonly strict: boolean;
  /** The tensors of a user's model; absent: ResNet-50. */
  readonly tensors?: PlannedModel['tensors'];
  /** SHA-256 of the checksum file of a user's model in the bucket, see `model-transfer.ts`. */
  readonly modelSums?: string;
  /** Servings of the deployment that cannot serve the user's model. */
  readonly leftOut?: readonly LeftOut[];
  /** Measurements of the whole plan, with the most trials that its searches may take. */
  readonly totalMeasurements: number;
  /** Number of searches in the plan. */
  readonly searches: number;
  /** The parameter `Options` of the document `RunPlan`; a resume sends it again. */
  readonly optionText: string;
  /** Numbers of the pairs that it was last sent to. */
  readonly pairs: readonly number[];
  /** Those of them on which the runner did not start. */
  readonly notStarted: readonly number[];
  /** All repeats of each pair, by its number. Absent before the first resume, when `shareRepeats` distributes them. */
  readonly repeats?: Readonly<Record<string, readonly number[]>>;
  /** Number of measurements from before the last resume that count and belong to pairs that it was not sent to. */
  readonly keptMeasurements?: number;
}

/** Lists the servings that cannot serve a user's model with the runtime of the nodes, with the reasons. */
export const unableServings = (
  runtime: ServingRuntime,
  model: Parameters<typeof formatsOf>[0],
): readonly LeftOut[] =>
  runtime === 'simulated'
    ? []
    : servingNames.flatMap((serving): readonly LeftOut[] => {
        const reason = reasonAgainstModel(serving, formatsOf(model));
        return reason === undefined ? [] : [{ serving, reason }];
      });

/** Builds the measurements and searches of a request, as every pair builds them. */
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
    measurements: buildMeasurements(targets, options),
    searches: buildSearches(targets, options),
  };
};

/**
 * Builds the request of a new run.
 *
 * @param deployed the name of the deployment, and the servings and runtime of its nodes
 */
export const newRunRequest = (
  deployed: {
    readonly name: string;
    readonly servings: readonly ServingName[];
    readonly runtime: ServingRuntime;
  },
  overrides: PlanOverrides,
  run: {
    readonly runId: string;
    readonly pairs: readonly number[];
    readonly at: Date;
    /** Middleware processes; undefined: the middleware's default. */
    readonly processes?: number | undefined;
    /** The tensors of a user's model; undefined: ResNet-50. */
    readonly tensors?: PlannedModel['tensors'];
  },
): RunRequest => {
  const { runId, pairs, at, processes, tensors } = run;
  const unable = tensors && unableServings(deployed.runtime, tensors);
  const modelPlan = tensors && planTensors(overrides, tensors, () => deployed.servings, unable);
  const optionTexts = [
    planArguments(overrides),
    processes === undefined ? '' : `--processes ${processes}`,
  ];
  const options = resolvePlanOptions(
    {
      servings: deployed.servings,
      seed: seedFrom(runId),
      ...overrides,
      ...(modelPlan && { ...modelPlan.overrides, servings: modelPlan.servings }),
    },
    'aws',
  );
  const strict = areServingsNamed(overrides);
  const { measurements, searches } = workOf({ options, strict, tensors });
  return {
    format: 1,
    runId,
    sentAt: at.toISOString(),
    deployment: deployed.name,
    options,
    strict,
    tensors,
    leftOut: modelPlan?.leftOut,
    totalMeasurements: measurements.length + searches.length * MAX_TRIALS,
    searches: searches.length,
    optionText: optionTexts.filter((text) => text !== '').join(' '),
    pairs,
    notStarted: [],
  };
};

/** Builds the parameters of the document `RunPlan` for a request. */
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

/** Makes an id such as `2026-01-31t12-00-00-quick`: sortable by time, and valid as an object key, a unit name and a folder. */
export const newRunId = (at: Date, profile: string): string =>
  `${at.toISOString().slice(0, 19).replaceAll(':', '-').toLowerCase()}-${profile}`;
