import {
  CloudFormationClient,
  CreateStackCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import { documentContent } from '../../../lib/aws/contract/documents/content.ts';
import { documentIds, documents } from '../../../lib/aws/contract/documents/index.ts';
import {
  baseOutputKeys,
  baseStackName,
  documentOutputKey,
  pairOutputKeys,
  pairStackName,
} from '../../../lib/aws/contract/stack-names.ts';
import { deploymentTags, NODE_ROLES, pairTags, tagKeys } from '../../../lib/aws/contract/tags.ts';
import { measuredInStudy } from '../../../serving-configs/index.ts';

const instanceTypes = { serving: 'g4dn.xlarge', middleware: 'c5.xlarge' } as const;
const AMI = 'ami-12c6146b';

const tagsOf = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

const outputsOf = (outputs: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(outputs).map(([key, Value]) => [key, { Value }]));

/** A base stack with only what the command line needs: no network, no rights. */
const baseTemplate = {
  Resources: {
    Bucket: { Type: 'AWS::S3::Bucket' },
    ...Object.fromEntries(
      documentIds.map((id) => [
        id,
        {
          Type: 'AWS::SSM::Document',
          Properties: { DocumentType: 'Command', Content: documentContent(documents[id]) },
        },
      ]),
    ),
  },
  Outputs: outputsOf({
    [baseOutputKeys.resultsBucket]: { Ref: 'Bucket' },
    ...Object.fromEntries(documentIds.map((id) => [documentOutputKey(id), { Ref: id }])),
  }),
};

const pairTemplate = (deployment: string, pair: number, unavailable: string) => ({
  Resources: Object.fromEntries(
    NODE_ROLES.map((role) => [
      role,
      {
        Type: 'AWS::EC2::Instance',
        Properties: {
          ImageId: AMI,
          InstanceType: instanceTypes[role],
          Tags: tagsOf({ ...pairTags(deployment, pair), [tagKeys.role]: role }),
        },
      },
    ]),
  ),
  Outputs: outputsOf({
    [pairOutputKeys.servingInstance]: { Ref: 'serving' },
    [pairOutputKeys.middlewareInstance]: { Ref: 'middleware' },
    [pairOutputKeys.servingImage]: AMI,
    [pairOutputKeys.middlewareImage]: AMI,
    [pairOutputKeys.availabilityZone]: 'us-east-1a',
    [pairOutputKeys.pricePerHour]: '0.72',
    [pairOutputKeys.maxHours]: '4',
    [pairOutputKeys.runtime]: 'simulated',
    [pairOutputKeys.accelerator]: 'gpu',
    [pairOutputKeys.servingCores]: '4',
    [pairOutputKeys.unavailable]: JSON.stringify({ serving: unavailable }),
    [pairOutputKeys.servings]: measuredInStudy.join(','),
  }),
});

const createStack = async (
  client: CloudFormationClient,
  StackName: string,
  template: object,
  deployment: string,
): Promise<void> => {
  await client.send(
    new CreateStackCommand({
      StackName,
      TemplateBody: JSON.stringify(template),
      Tags: tagsOf(deploymentTags(deployment)),
    }),
  );
  await waitUntilStackCreateComplete({ client, maxWaitTime: 60, minDelay: 1 }, { StackName });
};

/**
 * Creates the stacks of a deployment within a second, without the CDK. Names, outputs, tags and documents are the real ones,
 * which is all that the command line uses.
 *
 * @param unavailable what the nodes signalled about servings that they cannot start
 */
export const createTinyDeployment = async (
  client: CloudFormationClient,
  deployment: string,
  pairs: number,
  unavailable = '',
): Promise<void> => {
  await createStack(client, baseStackName(deployment), baseTemplate, deployment);
  for (let pair = 1; pair <= pairs; pair += 1) {
    await createStack(
      client,
      pairStackName(deployment, pair),
      pairTemplate(deployment, pair, unavailable),
      deployment,
    );
  }
};
