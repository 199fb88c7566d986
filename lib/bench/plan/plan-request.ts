/** Only a reader of requests loads this module, because typebox takes long to load; others import its types. */
import { Check } from 'typebox/schema';
import {
  anyOf,
  array,
  described,
  literal,
  object,
  oneOf,
  partial,
  type Static,
} from '../../../serving-configs/schema.ts';
import { servingNameSchema } from '../model/measurement.ts';
import { planOptionsSchema } from '../model/plan-options.ts';
import { describedTensorsSchema, runSettingsSchema } from '../model/plan.ts';

const { servings: _, ...options } = planOptionsSchema.properties;

const planRequestSchema = object({
  servings: anyOf(
    [
      object({ kind: literal('default') }),
      object({ kind: literal('all') }),
      object({ kind: literal('named'), ids: array(servingNameSchema) }),
    ],
    'The servings to measure: those of the profile or the deployment, all that there are, or exactly these.',
  ),
  options: described(partial(options), 'The other options of the plan that the user gave.'),
  model: anyOf([
    object({ kind: literal('resnet50') }),
    object({ kind: literal('described'), tensors: describedTensorsSchema }),
  ]),
  host: anyOf(
    [
      object({
        where: literal('local'),
        runtime: oneOf(['simulated', 'venv', 'docker', 'running']),
      }),
      object({ where: literal('aws'), runtime: oneOf(['simulated', 'container']) }),
    ],
    'Where the plan runs, and what serves there; see `PlanHost`.',
  ),
  settings: runSettingsSchema,
});

/** What the user asked for: the same on a laptop, in the bucket of a deployment, and on its nodes. */
export type PlanRequest = Static<typeof planRequestSchema>;

/** What the user asked for, before it is known where it runs. */
export type AskedPlan = Omit<PlanRequest, 'host'>;

export const isPlanRequest = (value: unknown): value is PlanRequest =>
  Check(planRequestSchema, value);
