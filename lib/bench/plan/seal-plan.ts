import { createHash } from 'node:crypto';
import type { Measurement, Target } from '../model/measurement.ts';
import type { PlanOptions } from '../model/plan-options.ts';
import type { SloSearch } from '../model/plan.ts';
import {
  RUN_FORMAT,
  type DataSetImage,
  type LeftOut,
  type Plan,
  type PlanPlace,
  type RunSettings,
} from '../model/plan.ts';

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
          model: { sha256: model.sha256, trained: model.trained },
          measurements,
          loadGenerator: options.loadGenerator,
          middleware: options.middleware,
          delayMs: options.delayMs,
          searches,
          served,
        }),
      ),
    )
    .digest('hex');

/** What a plan is made of. */
export interface PlanParts {
  readonly options: PlanOptions;
  readonly settings: RunSettings;
  readonly targets: readonly Target[];
  readonly measurements: readonly Measurement[];
  /** Empty if there are none. */
  readonly searches?: readonly SloSearch[];
  readonly images: readonly DataSetImage[];
  readonly model: Plan['model'];
  readonly createdAt: Date;
  /** Undefined: the simulated server on this machine. */
  readonly place?: PlanPlace | undefined;
  /** Undefined with the simulated server, and on node pairs. */
  readonly served?: Plan['served'];
  readonly leftOut?: readonly LeftOut[];
}

/** Where a plan runs by default. */
export const here: PlanPlace = { where: 'local', runtime: 'simulated' };

/** Puts a plan together and gives it its hash. */
export const sealPlan = (parts: PlanParts): Plan => {
  const { options, settings, targets, measurements, images, model, served } = parts;
  const { leftOut = [], searches = [] } = parts;
  const plan = {
    schema: RUN_FORMAT,
    profile: options.profile,
    seed: options.seed,
    createdAt: parts.createdAt.toISOString(),
    ...(parts.place ?? here),
    options,
    settings,
    served,
    leftOut: leftOut.length === 0 ? undefined : leftOut,
    targets,
    images,
    model,
    measurements,
    searches: searches.length === 0 ? undefined : searches,
  } as const;
  return { ...plan, hash: planHash(plan) };
};
