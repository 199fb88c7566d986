/** The first SSM agent that hands parameters over as variables; see `lib/deployment/documents/content.ts`. */
export const LEAST_AGENT_VERSION = '3.3.2746.0';

const partsOf = (version: string): readonly number[] =>
  version.split('.').map((part) => Number.parseInt(part, 10) || 0);

/** Whether an agent can run our documents. */
export const isAgentNewEnough = (version: string): boolean => {
  const own = partsOf(version);
  const least = partsOf(LEAST_AGENT_VERSION);
  const differing = least.findIndex((part, index) => part !== (own[index] ?? 0));
  return differing === -1 || (own[differing] ?? 0) > (least[differing] ?? 0);
};
