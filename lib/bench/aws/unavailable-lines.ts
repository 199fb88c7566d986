import type { DeployedPair } from './find-deployment.ts';

/** What brings back servings that nodes cannot start. */
export const UNAVAILABLE_REMEDY =
  'correct the configuration, then: npx serving-compare finish && npx serving-compare deploy';

/** Names the servings that pairs cannot start, with the reasons: a line for each. */
export const unavailableLines = (
  pairs: readonly Pick<DeployedPair, 'pair' | 'unavailable'>[],
): readonly string[] =>
  pairs.flatMap(({ pair, unavailable }) =>
    unavailable.map(({ serving, reason }) => `pair ${pair} cannot start ${serving}: ${reason}`),
  );
