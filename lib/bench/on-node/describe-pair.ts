import type { NodeFacts } from '../../aws/contract/machine-facts.ts';
import type { ServingState } from '../../aws/contract/serving-state.ts';
import { prices } from '../../aws/prices/prices.ts';
import type { Plan } from '../model/plan.ts';
import type { AwsPair, Environment } from '../model/environment.ts';
import type { NodeSettings } from './node-settings.ts';

const DIRTY = '-dirty';

/** Parses a commit as `lib/aws/bundle` writes it: its hash, followed by `-dirty` if the working tree had changes. */
const parseCommit = (text: string): Environment['commit'] => ({
  hash: text.endsWith(DIRTY) ? text.slice(0, -DIRTY.length) : text,
  dirty: text.endsWith(DIRTY),
});

const isSamePair = (a: AwsPair, b: AwsPair): boolean =>
  a.pair === b.pair &&
  a.serving.instanceId === b.serving.instanceId &&
  a.middleware.instanceId === b.middleware.instanceId &&
  a.middleware.bootstrapVersion === b.middleware.bootstrapVersion;

/**
 * Adds the node pair to the environment of a run. If a run continues with new nodes or another bootstrap, the environment has
 * an entry for each, with the time since when it holds.
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
  const earlierPairs = known.aws?.pairs ?? [];
  const lastPair = earlierPairs.at(-1);
  const planned = new Set<string>(plan.targets.map((target) => target.serving));
  return {
    ...known,
    where: 'aws',
    // A node has a bundle and no checkout, so the commit was stored when the bundle was built.
    commit: settings.commit === '' ? known.commit : parseCommit(settings.commit),
    aws: {
      deployment: settings.deployment,
      region: settings.region,
      images: Object.fromEntries(
        Object.entries(prepared?.servings ?? {}).flatMap(([name, { image }]) =>
          image !== undefined && planned.has(name) ? [[name, image]] : [],
        ),
      ),
      accelerator: prepared?.accelerator,
      // These belong to the model that the nodes built, which a user's model is not.
      weights: prepared?.model.sha256 === plan.model.sha256 ? prepared?.model.weights : undefined,
      pairs:
        lastPair !== undefined && isSamePair(lastPair, pair)
          ? earlierPairs
          : [...earlierPairs, pair],
    },
  };
};
