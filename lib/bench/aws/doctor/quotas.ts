import { DescribeInstanceTypesCommand, type _InstanceType } from '@aws-sdk/client-ec2';
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
} from '@aws-sdk/client-service-quotas';
import type { Config } from '../../../config.ts';
import { awsErrorName } from '../aws-error.ts';
import type { Aws } from '../clients.ts';
import { failed, ok, type Check } from './check.ts';
import { quotaNeeds, type QuotaNeed } from './quota-needs.ts';

const SERVICE = { ServiceCode: 'ec2' };

const vcpusByType = async (
  { ec2 }: Aws,
  types: readonly string[],
): Promise<ReadonlyMap<string, number>> => {
  const { InstanceTypes = [] } = await ec2.send(
    new DescribeInstanceTypesCommand({ InstanceTypes: [...types] as _InstanceType[] }),
  );
  return new Map(
    InstanceTypes.map(({ InstanceType = '', VCpuInfo }) => [
      InstanceType,
      VCpuInfo?.DefaultVCpus ?? 0,
    ]),
  );
};

/** The quota of this account; where nobody ever changed it, AWS's own. */
const quotaOf = async ({ quotas }: Aws, code: string): Promise<number | undefined> => {
  const input = { ...SERVICE, QuotaCode: code };
  try {
    return (await quotas.send(new GetServiceQuotaCommand(input))).Quota?.Value;
  } catch (error) {
    if (awsErrorName(error) !== 'NoSuchResourceException') throw error;
    return (await quotas.send(new GetAWSDefaultServiceQuotaCommand(input))).Quota?.Value;
  }
};

/** Verdict on one quota. Pure. */
export const quotaVerdict = (
  { code, title, vcpus, canFallBack }: QuotaNeed,
  quota: number | undefined,
  region: string,
): Check => {
  const name = `quota ${code}`;
  if (quota !== undefined && quota >= vcpus) {
    return ok(name, `${quota} vCPUs ${title}, of which the deployment takes ${vcpus}`);
  }
  const remedy = `aws service-quotas request-service-quota-increase --region ${region} --service-code ec2 --quota-code ${code} --desired-value ${vcpus}`;
  const detail = `${quota ?? 'an unknown number of'} vCPUs ${title}, and the deployment needs ${vcpus}`;
  return canFallBack
    ? ok(name, `${detail}; "npx serving-compare deploy" falls back to on demand. More: ${remedy}`)
    : failed(name, detail, remedy);
};

/** The quotas that the configuration needs. */
export const checkQuotas = async (aws: Aws, config: Config): Promise<readonly Check[]> => {
  const types = [...new Set([config.servingInstanceType, config.middlewareInstanceType])];
  const needs = quotaNeeds(config, await vcpusByType(aws, types));
  return Promise.all(
    needs.map(async (need) => quotaVerdict(need, await quotaOf(aws, need.code), aws.region)),
  );
};
