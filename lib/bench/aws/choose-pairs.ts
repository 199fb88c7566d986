import { usageError } from '../cli/usage.ts';
import type { DeployedPair } from './deployment.ts';

/**
 * The pairs of a deployment that were named; all where none was.
 *
 * @throws BenchError where one is not deployed.
 */
export const choosePairs = (
  pairs: readonly DeployedPair[],
  named: readonly number[] | undefined,
): readonly DeployedPair[] => {
  const unknown = named?.find((number) => !pairs.some(({ pair }) => pair === number));
  if (unknown !== undefined) {
    throw usageError(
      `there is no pair ${unknown}`,
      `deployed are ${pairs.map(({ pair }) => pair).join(', ')}; more come with "pairs" of the configuration and npx cdk deploy --all`,
    );
  }
  return pairs.filter(({ pair }) => named?.includes(pair) ?? true);
};
