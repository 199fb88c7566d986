import { CfnOutput, Stack, Tags, Validations, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { zoneOf, type DeploymentConfig } from '../config/index.ts';
import { BenchNode } from '../constructs/bench-node.ts';
import { BundleAsset, type Archives } from '../constructs/bundle-asset.ts';
import { nodeContext, type SharedResources } from '../constructs/node-context.ts';
import { allowRunner, runnerVariables } from '../constructs/runner.ts';
import { pairOutputKeys } from '../contract/stack-names.ts';
import { pairTags } from '../contract/tags.ts';
import { pairPrice } from '../prices/prices.ts';

export interface PairStackProps extends StackProps {
  readonly config: DeploymentConfig;
  /** Number of the pair, counted from 1. */
  readonly pair: number;
  readonly shared: SharedResources;
  readonly archives: Archives;
}

/** A serving node and the middleware node that drives it. Each pair has its own stack, so that one that fails does not affect the others. */
export class PairStack extends Stack {
  constructor(scope: Construct, id: string, props: PairStackProps) {
    const { config, pair, shared, archives, ...stackProps } = props;
    super(scope, id, { ...stackProps, tags: pairTags(config.name, pair) });
    for (const [key, value] of Object.entries(pairTags(config.name, pair))) {
      Tags.of(this).add(key, value);
    }
    const context = nodeContext({
      config,
      pair,
      shared,
      place: shared.network.placeOf(this, pair),
      assets: {
        bundle: new BundleAsset(this, 'Bundle', archives.bundle),
        models:
          archives.models === undefined
            ? undefined
            : new BundleAsset(this, 'Models', archives.models),
      },
    });
    const serving = new BenchNode(this, 'Serving', { ...context, nodeRole: 'serving' });
    const middleware = new BenchNode(this, 'Middleware', {
      ...context,
      nodeRole: 'middleware',
      variables: runnerVariables(context, serving),
    });
    allowRunner(context, middleware, serving);
    const outputs: Readonly<Record<keyof typeof pairOutputKeys, string>> = {
      servingInstance: serving.instanceId,
      middlewareInstance: middleware.instanceId,
      servingImage: serving.imageId,
      middlewareImage: middleware.imageId,
      availabilityZone: zoneOf(config, pair),
      pricePerHour: pairPrice(config)?.perHour.toFixed(4) ?? 'unknown',
      maxHours: context.environment.SC_MAX_HOURS,
      runtime: context.environment.SC_RUNTIME,
      accelerator: context.environment.SC_ACCELERATOR,
      servingCores: context.environment.SC_SERVING_CORES,
      servings: context.environment.SC_SERVINGS,
      unavailable: serving.signalled,
    };
    Validations.of(this).acknowledge({
      id: 'CloudFormation-Validate::F6101',
      reason:
        'CloudFormation gives the data of a wait condition as text: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-waitcondition.html',
    });
    for (const [name, value] of Object.entries(outputs)) {
      new CfnOutput(this, pairOutputKeys[name as keyof typeof pairOutputKeys], { value });
    }
  }
}
