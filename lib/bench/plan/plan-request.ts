import {
  anyOf,
  array,
  as,
  literal,
  object,
  oneOf,
  optional,
  type Static,
} from '../../../serving-configs/schema.ts';
import { servingNameSchema } from '../model/measurement.ts';
import { planOptionsSchema, type PlanOverrides } from '../model/plan-options.ts';
import { askedModelSchema, LOCAL_RUNTIMES, runSettingsSchema } from '../model/plan.ts';

const { servings: _, ...otherOptions } = planOptionsSchema.properties;

/** What the user asked for: the same on a laptop, in the bucket of a deployment, and on its nodes. */
export const planRequestSchema = object({
  servings: anyOf(
    [
      object({ kind: literal('default') }),
      object({ kind: oneOf(['all', 'study']) }),
      object({ kind: literal('named'), ids: array(servingNameSchema) }),
    ],
    'The servings to measure: those of the profile or the deployment, all that there are, those of the study of 2021, or exactly these.',
  ),
  options: as<Omit<PlanOverrides, 'servings'>>(
    object(
      Object.fromEntries(
        Object.entries(otherOptions).map(([name, option]) => [name, optional<unknown>(option)]),
      ),
      'The other options of the plan that the user gave.',
    ),
  ),
  model: askedModelSchema,
  host: anyOf(
    [
      object({ where: literal('local'), runtime: oneOf([...LOCAL_RUNTIMES, 'running']) }),
      object({ where: literal('aws'), runtime: oneOf(['simulated', 'container']) }),
    ],
    'Where the plan runs, and what serves there, as in the plan.',
  ),
  settings: runSettingsSchema,
});
export type PlanRequest = Static<typeof planRequestSchema>;

/** What the user asked for, before it is known where it runs. */
export type AskedPlan = Omit<PlanRequest, 'host'>;
