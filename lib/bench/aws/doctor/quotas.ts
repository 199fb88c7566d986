import { DescribeInstanceTypesCommand, type _InstanceType } from '@aws-sdk/client-ec2';
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
} from '@aws-sdk/client-service-quotas';
import type { Config } from '../../../config.ts';
import { awsErrorName } from '../aws-error.ts';
import type { Aws } from '../clients.ts';
import { failed, ok, type Check } from './check.ts';

/** Instances of some families; the quotas are in vCPUs: https://docs.aws.amazon.com/ec2/latest/userguide/ec2-resource-limits.html */
interface Family {
  readonly title: string;
  /** Codes of the quotas. */
  readonly onDemand: string;
  readonly spot: string;
}

const FAMILIES: readonly (Family & { readonly types: RegExp })[] = [
  { types: /^(g|gr|vt)\d/, title: 'G and VT', onDemand: 'L-DB2E81BA', spot: 'L-3819A6DF' },
  { types: /^p\d/, title: 'P', onDemand: 'L-417A185B', spot: 'L-7212CCBC' },
  { types: /./, title: 'standard', onDemand: 'L-1216C47A', spot: 'L-34B43A08' },
];

/** A quota, and what a deployment needs of it. */
export interface QuotaNeed {
  readonly code: string;
  readonly title: string;
  readonly vcpus: number;
}

/**
 * What a deployment needs of which quota. Pure.
 *
 * @param vcpusOf vCPUs by instance type
 */
export const quotaNeeds = (
  {
    pairs,
    spot,
    servingInstanceType,
    middlewareInstanceType,
  }: Pick<Config, 'pairs' | 'spot' | 'servingInstanceType' | 'middlewareInstanceType'>,
  vcpusOf: ReadonlyMap<string, number>,
): readonly QuotaNeed[] => {
  const needs = new Map<string, QuotaNeed>();
  for (const type of [servingInstanceType, middlewareInstanceType]) {
    const family = FAMILIES.find(({ types }) => types.test(type));
    if (family === undefined) continue;
    const code = spot ? family.spot : family.onDemand;
    const vcpus = (needs.get(code)?.vcpus ?? 0) + pairs * (vcpusOf.get(type) ?? 0);
    needs.set(code, { code, title: `${spot ? 'spot' : 'on-demand'} ${family.title}`, vcpus });
  }
  return [...needs.values()];
};

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
  { code, title, vcpus }: QuotaNeed,
  quota: number | undefined,
  region: string,
): Check => {
  const name = `quota ${code}`;
  return quota !== undefined && quota >= vcpus
    ? ok(name, `${quota} vCPUs ${title}, of which the deployment takes ${vcpus}`)
    : failed(
        name,
        `${quota ?? 'an unknown number of'} vCPUs ${title}, and the deployment needs ${vcpus}`,
        `aws service-quotas request-service-quota-increase --region ${region} --service-code ec2 --quota-code ${code} --desired-value ${vcpus}`,
      );
};

/** The quotas that the configuration needs. */
export const checkQuotas = async (aws: Aws, config: Config): Promise<readonly Check[]> => {
  const types = [...new Set([config.servingInstanceType, config.middlewareInstanceType])];
  const needs = quotaNeeds(config, await vcpusByType(aws, types));
  return Promise.all(
    needs.map(async (need) => quotaVerdict(need, await quotaOf(aws, need.code), aws.region)),
  );
};
