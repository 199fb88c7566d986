/** The stack that all node pairs of a deployment share. */
export const baseStackName = (deployment: string): string => `${deployment}-base`;

/** The stack of one node pair; `pair` counts from 1. */
export const pairStackName = (deployment: string, pair: number): string =>
  `${deployment}-pair-${pair}`;

/** The number of a pair from the name of its stack; undefined for any other stack. */
export const pairOfStackName = (deployment: string, stackName: string): number | undefined => {
  const prefix = `${deployment}-pair-`;
  if (!stackName.startsWith(prefix)) return undefined;
  const pair = Number(stackName.slice(prefix.length));
  return Number.isInteger(pair) && pair > 0 ? pair : undefined;
};
