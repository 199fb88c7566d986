import type { App } from 'aws-cdk-lib';
import { BaseStack } from './base-stack.ts';

export interface Stacks {
  readonly base: BaseStack;
}

/** Adds the project's stacks to an app; the entry point and the tests call the same function. */
export const createStacks = (app: App): Stacks => ({
  base: new BaseStack(app, 'ServingCompareBase', {
    description: 'serving-compare: what the node pairs share',
  }),
});
