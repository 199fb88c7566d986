/** Tags of everything that belongs to a deployment; Run Command finds nodes by them, and the sweep what is left. */
export const tagKeys = {
  /** On every resource; its value is {@link PROJECT_TAG_VALUE}. */
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

export const PROJECT_TAG_VALUE = 'serving-compare';

export const NODE_ROLES = ['serving', 'middleware'] as const;
export type NodeRole = (typeof NODE_ROLES)[number];
