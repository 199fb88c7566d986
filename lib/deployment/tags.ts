/** Tags of everything that belongs to a deployment; Run Command finds nodes by them, and the sweep what is left. */
export const tagKeys = {
  /** On every resource; always the same. */
  project: 'project',
  /** Name of the deployment, so that several can stand in one account. */
  deployment: 'deployment',
  /** Number of the node pair, from 1; on everything that belongs to one pair. */
  pair: 'pair',
  /** What a node does: a {@link NodeRole}; on instances. */
  role: 'role',
  /** Until when "npx serving-compare extend" lets a node live: seconds since 1970; on its instance. */
  deadline: 'deadline',
} as const;

/** Tags of everything in a deployment. */
export const deploymentTags = (deployment: string): Readonly<Record<string, string>> => ({
  [tagKeys.project]: 'serving-compare',
  [tagKeys.deployment]: deployment,
});

/** Tags of everything that belongs to one pair. */
export const pairTags = (deployment: string, pair: number): Readonly<Record<string, string>> => ({
  ...deploymentTags(deployment),
  [tagKeys.pair]: String(pair),
});

export const NODE_ROLES = ['serving', 'middleware'] as const;
export type NodeRole = (typeof NODE_ROLES)[number];
