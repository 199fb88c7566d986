import { servingNames, type ServingName } from '../../../serving-configs/index.ts';
import { reasonAgainstModel } from '../../../serving-configs/runtimes/docker/container-models.ts';
import type { ServingRuntime } from '../../aws/contract/node-environment.ts';
import type { LeftOut } from '../model/plan.ts';
import type { AskedPlan, PlanRequest } from '../plan/plan-request.ts';
import { seedFrom } from '../plan/resolve-plan-options.ts';
import { MAX_TRIALS } from '../plan/slo-search.ts';
import { expectedTuning } from '../analysis/tuning/progress.ts';
import { makePlan, SIMULATED_HERE, type Available, type PlannedRun } from '../run/make-plan.ts';
import { originOf } from '../model-file/described-model.ts';
import type { Repeats } from './repeats.ts';

/** The format of requests; nodes refuse those of another. */
export const REQUEST_FORMAT = 3;

/** The file `request.json` of a run: what the operator asked for, and who does it. */
export interface RunRequest {
  readonly format: typeof REQUEST_FORMAT;
  readonly runId: string;
  /** When it was last sent. */
  readonly sentAt: string;
  readonly deployment: string;
  /** Every pair makes the same plan from it. */
  readonly plan: PlanRequest;
  /** The files of the model: the nodes built them, or the operator sent them; see `model-transfer.ts`. */
  readonly model:
    | { readonly kind: 'built' }
    /** With the SHA-256 of its checksum file in the bucket. */
    | { readonly kind: 'sent'; readonly sums: string };
  /** Measurements of the whole plan, with the most trials that its searches may take; as many as are expected in a search for settings. */
  readonly totalMeasurements: number;
  /** Number of searches in the plan. */
  readonly searches: number;
  /** The repeats that belong to each pair, by its number: nobody else's figures of them count. */
  readonly repeats: Repeats;
  /** Numbers of the pairs that it was last sent to. */
  readonly pairs: readonly number[];
  /** Number of measurements that the other pairs took before. */
  readonly keptMeasurements: number;
  /** Those of them on which the runner did not start. */
  readonly notStarted: readonly number[];
}

/** What the nodes of a pair are for. */
interface Deployed {
  readonly servings: readonly ServingName[];
  readonly runtime: ServingRuntime;
  /** Cores of the serving node. */
  readonly cores: number;
}

/** The servings that cannot serve a model in the containers of the nodes, with the reasons. */
const unableServings = (runtime: ServingRuntime, model: PlanRequest['model']): readonly LeftOut[] =>
  runtime === 'simulated'
    ? []
    : servingNames.flatMap((serving): readonly LeftOut[] => {
        const reason = reasonAgainstModel(serving, originOf(model));
        return reason === undefined ? [] : [{ serving, reason }];
      });

/** What node pairs have for a model, as far as their deployment tells. */
export const availableOnPairs = (
  { servings, runtime, cores }: Deployed,
  model: PlanRequest['model'],
): Available => ({
  ...SIMULATED_HERE,
  cores,
  defaults: { kind: 'deployed', servings },
  unable: unableServings(runtime, model),
});

/** The plan of a request, as far as the deployment tells. */
export const planOnPairs = (plan: PlanRequest, deployed: Deployed): PlannedRun =>
  makePlan(plan, availableOnPairs(deployed, plan.model));

/** What node pairs are to plan. Without a seed, the id of the run decides, so that all pairs have the same. */
export const requestOnPairs = (
  { runId, runtime }: { readonly runId: string; readonly runtime: ServingRuntime },
  { options, ...asked }: AskedPlan,
): PlanRequest => ({
  ...asked,
  options: { seed: seedFrom(runId), ...options },
  host: { where: 'aws', runtime },
});

/** Builds the request of a new run. */
export const newRunRequest = (
  run: Pick<RunRequest, 'runId' | 'sentAt' | 'deployment' | 'plan'>,
  { measurements, searches, ...planned }: PlannedRun,
  repeats: Repeats,
): RunRequest => ({
  format: REQUEST_FORMAT,
  ...run,
  model: { kind: 'built' },
  totalMeasurements:
    measurements.length + searches.length * MAX_TRIALS + expectedTuning(planned).length,
  searches: searches.length,
  repeats,
  pairs: Object.keys(repeats).map(Number),
  keptMeasurements: 0,
  notStarted: [],
});

/** The parameters of the document `RunPlan`. The nodes read everything else from the request. */
export const runPlanParameters = ({
  runId,
  pairs,
}: RunRequest): Readonly<Record<string, string>> => ({ RunId: runId, Pairs: pairs.join(',') });

/** Makes an id such as `2026-01-31t12-00-00-quick`: sortable by time, and valid as an object key, a unit name and a folder. */
export const newRunId = (at: Date, profile: string): string =>
  `${at.toISOString().slice(0, 19).replaceAll(':', '-').toLowerCase()}-${profile}`;
