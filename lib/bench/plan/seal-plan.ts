import { createHash } from 'node:crypto';
import { HERE, RUN_FORMAT, type Plan, type PlanPlace } from '../model/plan.ts';

/** Sorts the keys of every object, so that equal content gives equal JSON. */
const canonical = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, content]) => [key, canonical(content)]),
  );
};

/**
 * The hash of a plan: over everything that makes two runs comparable. Of the options these are the ones that its measurements do not
 * show, and of the model what it is, not where.
 */
export const planHash = (plan: Omit<Plan, 'hash'>): string => {
  const { options, model } = plan;
  const compared = {
    ...plan,
    hash: undefined,
    createdAt: undefined,
    settings: undefined,
    leftOut: undefined,
    options: undefined,
    model: { sha256: model.sha256, trained: model.trained, tensors: model.tensors },
    loadGenerator: options.loadGenerator,
    middleware: options.middleware,
    delayMs: options.delayMs,
  };
  return createHash('sha256')
    .update(JSON.stringify(canonical(compared)))
    .digest('hex');
};

/** What a plan is made of. */
export interface PlanParts extends Omit<
  Plan,
  'schema' | 'profile' | 'seed' | 'hash' | 'createdAt' | keyof PlanPlace
> {
  readonly createdAt: Date;
  /** Undefined: the simulated server on this machine. */
  readonly place?: PlanPlace | undefined;
}

/** Puts a plan together and gives it its hash. */
export const sealPlan = (parts: PlanParts): Plan => {
  const { options, settings, targets, measurements, images, model, served } = parts;
  const { leftOut = [], searches = [], servers = [] } = parts;
  const plan = {
    schema: RUN_FORMAT,
    profile: options.profile,
    seed: options.seed,
    createdAt: parts.createdAt.toISOString(),
    ...(parts.place ?? HERE),
    options,
    settings,
    served,
    servers: servers.length === 0 ? undefined : servers,
    leftOut: leftOut.length === 0 ? undefined : leftOut,
    targets,
    images,
    model,
    measurements,
    searches: searches.length === 0 ? undefined : searches,
  } as const;
  return { ...plan, hash: planHash(plan) };
};
