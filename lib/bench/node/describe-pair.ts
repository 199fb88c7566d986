import type { NodeFacts } from '../../deployment/machine-facts.ts';
import type { ServingState } from '../../deployment/serving-state.ts';
import { prices } from '../../prices/prices.ts';
import type { Plan } from '../model/plan.ts';
import type { AwsPair, Environment } from '../model/environment.ts';
import type { NodeSettings } from './node-settings.ts';

const DIRTY = '-dirty';

/** A commit as `lib/bundle` notes it: the hash, and behind it a word where the working tree differed from it. */
const notedCommit = (text: string): Environment['commit'] => ({
  hash: text.endsWith(DIRTY) ? text.slice(0, -DIRTY.length) : text,
  dirty: text.endsWith(DIRTY),
});

const isSamePair = (one: AwsPair, other: AwsPair): boolean =>
  one.pair === other.pair &&
  one.serving.instanceId === other.serving.instanceId &&
  one.middleware.instanceId === other.middleware.instanceId &&
  one.middleware.bootstrapVersion === other.middleware.bootstrapVersion;

/**
 * Adds the node pair to the environment of a run. A run that goes on with the same nodes keeps its environment; one that
 * goes on with new ones, or with another bootstrap, has both, each with the moment from which it holds. Pure.
 */
export const withPair = (
  known: Environment,
  settings: NodeSettings,
  plan: Pick<Plan, 'targets' | 'model'>,
  { node: serving, prepared }: ServingState,
  middleware: NodeFacts,
  now: Date,
): Environment => {
  const pair: AwsPair = {
    pair: settings.pair,
    since: now.toISOString(),
    availabilityZone: settings.availabilityZone,
    ...(settings.pricePerHourUsd === undefined
      ? {}
      : {
          pricePerHourUsd: settings.pricePerHourUsd,
          priceDate: prices.date,
          priceSource: prices.source,
        }),
    serving,
    middleware,
  };
  const before = known.aws?.pairs ?? [];
  const last = before.at(-1);
  const used = new Set<string>(plan.targets.map((target) => target.serving));
  return {
    ...known,
    where: 'aws',
    // The bundle of a node is no checkout; its commit was noted where it was made.
    commit: settings.commit === '' ? known.commit : notedCommit(settings.commit),
    aws: {
      deployment: settings.deployment,
      region: settings.region,
      images: Object.fromEntries(
        Object.entries(prepared?.servings ?? {}).flatMap(([name, { image }]) =>
          image !== undefined && used.has(name) ? [[name, image]] : [],
        ),
      ),
      accelerator: prepared?.accelerator,
      // Of the model that the nodes made, which is not the one that a user gives.
      weights: plan.model.tensors === undefined ? prepared?.model.weights : undefined,
      pairs: last !== undefined && isSamePair(last, pair) ? before : [...before, pair],
    },
  };
};
