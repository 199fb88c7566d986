import type { App } from 'aws-cdk-lib';
import type { DeploymentConfig } from '../config/index.ts';
import type { Archives } from '../constructs/bundle-asset.ts';
import { baseStackName, pairStackName } from '../contract/stack-names.ts';
import { BaseStack } from './base-stack.ts';
import { PairStack } from './pair-stack.ts';

export interface Stacks {
  readonly base: BaseStack;
  /** In the order of their numbers. */
  readonly pairs: readonly PairStack[];
}

/**
 * Adds the stacks of a deployment to an app.
 *
 * @param account undefined without credentials; the templates then fit every account
 */
export const createStacks = (
  app: App,
  config: DeploymentConfig,
  archives: Archives,
  account?: string,
): Stacks => {
  const env = { region: config.region, account };
  const base = new BaseStack(app, baseStackName(config.name), {
    config,
    env,
    description: 'serving-compare: what the node pairs share',
  });
  const pairs = Array.from({ length: config.pairs }, (_, index) => {
    const pair = index + 1;
    return new PairStack(app, pairStackName(config.name, pair), {
      config,
      pair,
      shared: base.shared,
      archives,
      env,
      description: `serving-compare: node pair ${pair}`,
    });
  });
  return { base, pairs };
};
