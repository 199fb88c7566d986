import { PROJECT_TAG_VALUE, tagKeys } from './deployment/tags.ts';

/** Tags of everything in a deployment. */
export const deploymentTags = (deployment: string): Readonly<Record<string, string>> => ({
  [tagKeys.project]: PROJECT_TAG_VALUE,
  [tagKeys.deployment]: deployment,
});

/** Tags of everything that belongs to one pair. */
export const pairTags = (deployment: string, pair: number): Readonly<Record<string, string>> => ({
  ...deploymentTags(deployment),
  [tagKeys.pair]: String(pair),
});
