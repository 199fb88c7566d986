import { paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import {
  paginateListInstanceProfiles,
  paginateListPolicies,
  paginateListRoles,
} from '@aws-sdk/client-iam';
import { paginateListBuckets } from '@aws-sdk/client-s3';
import { paginateListDocuments } from '@aws-sdk/client-ssm';
import { baseStackName } from '../../../deployment/stack-names.ts';
import { BenchError } from '../../errors.ts';
import type { Aws } from '../clients.ts';
import type { Leftover } from './leftover.ts';
import { removeLine } from './remove-line.ts';

/** What was found by name in one service; or that nobody may look. */
export interface ServiceList {
  readonly leftovers: readonly Leftover[];
  /** A sentence on what could not be looked at; absent where everything could. */
  readonly notSeen?: string;
}

/** A right that only administrators have is no failure of the sweep. */
const whereAllowed = async (
  what: string,
  list: () => Promise<readonly Leftover[]>,
): Promise<ServiceList> => {
  try {
    return { leftovers: await list() };
  } catch (error) {
    if (!(error instanceof BenchError) || error.code !== 'BENCH_AWS_DENIED') throw error;
    return { leftovers: [], notSeen: `${what} were not looked at: ${error.message}` };
  }
};

/**
 * Buckets, log groups, documents, roles, instance profiles and policies that CloudFormation named after a stack of the deployment; what has lost its tags,
 * or never had any, is found only so.
 */
export const leftoversByService = async (
  aws: Aws,
  deployment: string,
): Promise<readonly ServiceList[]> => {
  const base = baseStackName(deployment);
  const stackNames = new RegExp(`^${deployment}-(base|pair-\\d+)-`);
  const leftover = (kind: string, id: string): Leftover => ({
    kind,
    id,
    foundBy: 'service',
    remove: removeLine(kind, id, aws.region),
  });
  return Promise.all([
    whereAllowed('buckets', async () => {
      const found: Leftover[] = [];
      for await (const page of paginateListBuckets({ client: aws.s3 }, { Prefix: base })) {
        for (const { Name = '' } of page.Buckets ?? []) {
          if (stackNames.test(Name)) found.push(leftover('bucket', Name));
        }
      }
      return found;
    }),
    whereAllowed('log groups', async () => {
      const found: Leftover[] = [];
      // SSM names a group of its own so, where a command was sent without one.
      for (const logGroupNamePrefix of [`${deployment}-`, `/aws/ssm/${deployment}-`]) {
        const input = { logGroupNamePrefix };
        for await (const page of paginateDescribeLogGroups({ client: aws.logs }, input)) {
          for (const { logGroupName = '' } of page.logGroups ?? []) {
            if (stackNames.test(logGroupName.replace('/aws/ssm/', ''))) {
              found.push(leftover('log-group', logGroupName));
            }
          }
        }
      }
      return found;
    }),
    whereAllowed('documents', async () => {
      const found: Leftover[] = [];
      const input = { Filters: [{ Key: 'Owner', Values: ['Self'] }] };
      for await (const page of paginateListDocuments({ client: aws.ssm }, input)) {
        for (const { Name = '' } of page.DocumentIdentifiers ?? []) {
          if (stackNames.test(Name)) found.push(leftover('document', Name));
        }
      }
      return found;
    }),
    whereAllowed('roles', async () => {
      const found: Leftover[] = [];
      for await (const page of paginateListRoles({ client: aws.iam }, {})) {
        for (const { RoleName = '' } of page.Roles ?? []) {
          if (stackNames.test(RoleName)) found.push(leftover('role', RoleName));
        }
      }
      return found;
    }),
    whereAllowed('instance profiles', async () => {
      const found: Leftover[] = [];
      for await (const page of paginateListInstanceProfiles({ client: aws.iam }, {})) {
        for (const { InstanceProfileName = '' } of page.InstanceProfiles ?? []) {
          if (stackNames.test(InstanceProfileName)) {
            found.push(leftover('instance-profile', InstanceProfileName));
          }
        }
      }
      return found;
    }),
    whereAllowed('policies', async () => {
      const found: Leftover[] = [];
      for await (const page of paginateListPolicies({ client: aws.iam }, { Scope: 'Local' })) {
        for (const { PolicyName = '', Arn = '', AttachmentCount = 0 } of page.Policies ?? []) {
          if (!stackNames.test(PolicyName)) continue;
          const note = { note: `attached to ${AttachmentCount}; detach it there first` };
          found.push({ ...leftover('policy', Arn), ...(AttachmentCount === 0 ? {} : note) });
        }
      }
      return found;
    }),
  ]);
};
