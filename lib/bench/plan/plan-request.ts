/** Only a reader of requests loads this module, because typebox takes long to load; others import its types. */
import { Type, type Static } from 'typebox';
import { Check } from 'typebox/value';
import type { ServingName } from '../../../serving-configs/index.ts';
import type { PlanOverrides } from '../model/plan-options.ts';
import type { PlannedModel, RunSettings } from '../model/plan.ts';

const kind = <const Kind extends string>(value: Kind) => Type.Object({ kind: Type.Literal(value) });

/** The servings to measure: those of the profile or the deployment, all that there are, or exactly these. */
const servings = Type.Union([
  kind('default'),
  kind('all'),
  Type.Object({
    kind: Type.Literal('named'),
    ids: Type.Unsafe<readonly ServingName[]>(Type.Array(Type.String())),
  }),
]);

const model = Type.Union([
  kind('resnet50'),
  Type.Object({
    kind: Type.Literal('described'),
    tensors: Type.Unsafe<NonNullable<PlannedModel['tensors']>>(
      Type.Object({ name: Type.String(), inputs: Type.Array(Type.Object({})) }),
    ),
  }),
]);

/** Where the plan runs, and what serves there; see `PlanHost`. */
const host = Type.Union([
  Type.Object({
    where: Type.Literal('local'),
    runtime: Type.Enum(['simulated', 'venv', 'docker', 'running']),
  }),
  Type.Object({ where: Type.Literal('aws'), runtime: Type.Enum(['simulated', 'container']) }),
]);

const planRequest = Type.Object({
  servings,
  /** The other options of the plan that the user gave. */
  options: Type.Unsafe<Omit<PlanOverrides, 'servings'>>(Type.Object({})),
  model,
  host,
  settings: Type.Unsafe<RunSettings>(Type.Object({})),
});

/** What the user asked for: the same on a laptop, in the bucket of a deployment, and on its nodes. */
export type PlanRequest = Static<typeof planRequest>;

/** What the user asked for, before it is known where it runs. */
export type AskedPlan = Omit<PlanRequest, 'host'>;

export const isPlanRequest = (value: unknown): value is PlanRequest => Check(planRequest, value);
