import { paginateGetResources } from '@aws-sdk/client-resource-groups-tagging-api';
import { PROJECT_TAG_VALUE, tagKeys } from '../../../deployment/tags.ts';
import type { Aws } from '../clients.ts';
import { resourceOfArn } from './arn.ts';
import type { Leftover } from './leftover.ts';
import { removeLine } from './remove-line.ts';

/** Everything with the tags of the deployment. The tagging service still lists instances that were terminated an hour ago. */
export const leftoversByTag = async (
  aws: Aws,
  deployment: string,
): Promise<readonly Leftover[]> => {
  const found: Leftover[] = [];
  const input = {
    TagFilters: [
      { Key: tagKeys.project, Values: [PROJECT_TAG_VALUE] },
      { Key: tagKeys.deployment, Values: [deployment] },
    ],
  };
  for await (const page of paginateGetResources({ client: aws.tagging }, input)) {
    for (const { ResourceARN = '' } of page.ResourceTagMappingList ?? []) {
      const { kind, id } = resourceOfArn(ResourceARN);
      found.push({ kind, id, foundBy: 'tag', remove: removeLine(kind, id, aws.region) });
    }
  }
  return found;
};
