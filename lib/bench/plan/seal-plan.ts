import { createHash } from 'node:crypto';
import type { RunningServer } from '../../../serving-configs/running-server.ts';
import { HERE, RUN_FORMAT, type Plan, type PlanHost } from '../model/plan.ts';

/** Sorts the keys of all objects, so that equal content has equal JSON. */
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
 * Hashes everything that two comparable runs must share. That includes options that the measurements do not show, and the identity
 * of the model, but no paths and times.
 */
export const planHash = (plan: Omit<Plan, 'hash'>): string => {
  const { options, model } = plan;
  const compared = {
    ...plan,
    hash: undefined,
    createdAt: undefined,
    settings: undefined,
    leftOut: undefined,
    settingsLeftOut: undefined,
    options: undefined,
    model: { ...model, file: undefined, title: undefined },
    loadGenerator: options.loadGenerator,
    middleware: options.middleware,
    delayMs: options.delayMs,
    delayPerInputMs: options.delayPerInputMs,
  };
  return createHash('sha256')
    .update(JSON.stringify(canonical(compared)))
    .digest('hex');
};

/** The parts of a plan. */
export interface PlanParts extends Omit<
  Plan,
  'format' | 'profile' | 'seed' | 'hash' | 'createdAt' | keyof PlanHost
> {
  readonly createdAt: Date;
  /** Default: simulated servers on this machine. */
  readonly host?: PlanHost | undefined;
}

/** A server without what may be secret, and without a path of this machine. */
const plannedServer = (server: RunningServer): RunningServer => {
  const { headers: _, caFile: __, ...planned } = server;
  return planned;
};

/** Assembles a plan, without the headers of running servers, which may be secrets, and adds its hash. */
export const sealPlan = (parts: PlanParts): Plan => {
  const { options, settings, targets, measurements, images, model, served } = parts;
  const { leftOut = [], settingsLeftOut = [], searches = [], servers = [] } = parts;
  const plan = {
    format: RUN_FORMAT,
    profile: options.profile,
    seed: options.seed,
    createdAt: parts.createdAt.toISOString(),
    ...(parts.host ?? HERE),
    options,
    settings,
    served,
    servers: servers.length === 0 ? undefined : servers.map(plannedServer),
    leftOut: leftOut.length === 0 ? undefined : leftOut,
    settingsLeftOut: settingsLeftOut.length === 0 ? undefined : settingsLeftOut,
    targets,
    images,
    model,
    measurements,
    searches: searches.length === 0 ? undefined : searches,
    tuning: parts.tuning,
    many: parts.many,
  } as const;
  return { ...plan, hash: planHash(plan) };
};
