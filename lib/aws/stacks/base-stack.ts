import { CfnOutput, Stack, Tags, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { DeploymentConfig } from '../config/index.ts';
import { BenchNetwork } from '../constructs/bench-network.ts';
import type { SharedResources } from '../constructs/node-context.ts';
import { NodeDocuments } from '../constructs/node-documents.ts';
import { OperatorPolicy } from '../constructs/operator-policy.ts';
import { Results } from '../constructs/results.ts';
import { documentIds } from '../contract/documents/index.ts';
import { baseOutputKeys, documentOutputKey } from '../contract/stack-names.ts';
import { deploymentTags } from '../contract/tags.ts';

export interface BaseStackProps extends StackProps {
  readonly config: DeploymentConfig;
}

/**
 * The stack that all node pairs of a deployment share: network, results, SSM documents, and the policy of operators.
 *
 * Nothing survives its deletion. It has no Lambda functions.
 */
export class BaseStack extends Stack {
  readonly shared: SharedResources;

  constructor(scope: Construct, id: string, { config, ...props }: BaseStackProps) {
    super(scope, id, { ...props, tags: deploymentTags(config.name) });
    for (const [key, value] of Object.entries(deploymentTags(config.name))) {
      Tags.of(this).add(key, value);
    }
    const network = new BenchNetwork(this, 'Network', config);
    const results = new Results(this, 'Results');
    const documents = new NodeDocuments(this, 'Documents');
    const operator = new OperatorPolicy(this, 'Operator', {
      deployment: config.name,
      documents,
      results,
    });
    this.shared = { network, results, documents };
    this.#output(baseOutputKeys.resultsBucket, 'Bucket of the results', results.bucket.bucketName);
    this.#output(baseOutputKeys.logGroup, 'Log group', results.logGroup.logGroupName);
    this.#output(
      baseOutputKeys.operatorPolicy,
      'Attach this policy to whoever runs benchmarks',
      operator.arn,
    );
    for (const document of documentIds) {
      this.#output(
        documentOutputKey(document),
        `Name of the SSM document ${document}`,
        documents.nameOf(document),
      );
    }
  }

  #output(key: string, description: string, value: string): void {
    new CfnOutput(this, key, { description, value });
  }
}
