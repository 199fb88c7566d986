/** Tags by which the operator policy recognises nodes, and `serving-compare leftovers` finds what is left. */
export const tagKeys = {
  /** On every resource; always the same. */
  project: 'project',
  /** Name of the deployment; an account may have several. */
  deployment: 'deployment',
  /** Number of the node pair, from 1; on everything that belongs to one pair. */
  pair: 'pair',
  /** The {@link NodeRole}; on instances. */
  role: 'role',
  /** The deadline set by "npx serving-compare extend", in seconds since 1970; on instances. */
  deadline: 'deadline',
} as const;

/** The tags of everything in a deployment. */
export const deploymentTags = (deployment: string): Readonly<Record<string, string>> => ({
  [tagKeys.project]: 'serving-compare',
  [tagKeys.deployment]: deployment,
});

/** The tags of everything that belongs to one pair. */
export const pairTags = (deployment: string, pair: number): Readonly<Record<string, string>> => ({
  ...deploymentTags(deployment),
  [tagKeys.pair]: String(pair),
});

export const NODE_ROLES = ['serving', 'middleware'] as const;
export type NodeRole = (typeof NODE_ROLES)[number];
