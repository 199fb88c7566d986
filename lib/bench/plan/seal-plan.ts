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

/** The hash of a plan: over everything that makes two runs comparable, without the places of files. */
export const planHash = ({
  schema,
  profile,
  seed,
  where,
  runtime,
  targets,
  images,
  model,
  measurements,
  options,
  searches,
  served,
  servers,
}: Omit<Plan, 'hash' | 'createdAt'>): string =>
  createHash('sha256')
    .update(
      JSON.stringify(
        canonical({
          schema,
          profile,
          seed,
          where,
          runtime,
          targets,
          images,
          model: { sha256: model.sha256, trained: model.trained, tensors: model.tensors },
          measurements,
          loadGenerator: options.loadGenerator,
          middleware: options.middleware,
          delayMs: options.delayMs,
          searches,
          served,
          servers,
        }),
      ),
    )
    .digest('hex');

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
