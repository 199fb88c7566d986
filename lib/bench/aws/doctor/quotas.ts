import { paginateDescribeInstances } from '@aws-sdk/client-ec2';
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
} from '@aws-sdk/client-service-quotas';
import { instanceTypeFacts, type Config } from '../../../config/index.ts';
import { tagKeys } from '../../../deployment/tags.ts';
import { awsErrorName } from '../aws-error.ts';
import type { Aws } from '../clients.ts';
import { failed, ok, unknown, type Check } from './check.ts';

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
  {
    types: /^(a|c|d|h|i|im|is|m|r|t|z)\d/,
    title: 'standard',
    onDemand: 'L-1216C47A',
    spot: 'L-34B43A08',
  },
];

const familyOf = (type: string): Family | undefined =>
  FAMILIES.find(({ types }) => types.test(type));

/** A quota, and what a deployment needs of it. */
export interface QuotaNeed {
  readonly code: string;
  readonly title: string;
  readonly vcpus: number;
}

/** What a deployment needs of which quota. Pure. */
export const quotaNeeds = ({
  pairs,
  spot,
  servingInstanceType,
  middlewareInstanceType,
}: Pick<
  Config,
  'pairs' | 'spot' | 'servingInstanceType' | 'middlewareInstanceType'
>): readonly QuotaNeed[] => {
  const needs = new Map<string, QuotaNeed>();
  for (const type of [servingInstanceType, middlewareInstanceType]) {
    const family = familyOf(type);
    if (family === undefined) continue;
    const code = spot ? family.spot : family.onDemand;
    const vcpus = (needs.get(code)?.vcpus ?? 0) + pairs * instanceTypeFacts(type).vcpus;
    needs.set(code, { code, title: `${spot ? 'spot' : 'on-demand'} ${family.title}`, vcpus });
  }
  return [...needs.values()];
};

/** vCPUs by code of the quota that they count for, of all running instances but those of this deployment. */
const vcpusInUse = async ({ ec2 }: Aws, name: string): Promise<ReadonlyMap<string, number>> => {
  const inUse = new Map<string, number>();
  const input = { Filters: [{ Name: 'instance-state-name', Values: ['pending', 'running'] }] };
  for await (const { Reservations = [] } of paginateDescribeInstances({ client: ec2 }, input)) {
    for (const instance of Reservations.flatMap(({ Instances = [] }) => Instances)) {
      const { InstanceType = '', InstanceLifecycle, Tags = [] } = instance;
      const family = familyOf(InstanceType);
      const isOwn = Tags.some(({ Key, Value }) => Key === tagKeys.deployment && Value === name);
      if (family === undefined || isOwn) continue;
      const code = InstanceLifecycle === 'spot' ? family.spot : family.onDemand;
      inUse.set(code, (inUse.get(code) ?? 0) + instanceTypeFacts(InstanceType).vcpus);
    }
  }
  return inUse;
};

/** The quota of this account; where nobody ever changed it, AWS's own. */
const quotaOf = async ({ quotas }: Aws, code: string): Promise<number | undefined> => {
  const input = { ServiceCode: 'ec2', QuotaCode: code };
  try {
    return (await quotas.send(new GetServiceQuotaCommand(input))).Quota?.Value;
  } catch (error) {
    if (awsErrorName(error) !== 'NoSuchResourceException') throw error;
    return (await quotas.send(new GetAWSDefaultServiceQuotaCommand(input))).Quota?.Value;
  }
};

/**
 * Verdict on one quota. Pure.
 *
 * @param inUse vCPUs of other instances
 */
export const quotaVerdict = (
  { code, title, vcpus }: QuotaNeed,
  quota: number | undefined,
  inUse: number,
  region: string,
): Check => {
  const name = `quota ${code}`;
  const others = inUse === 0 ? '' : `, of which others use ${inUse}`;
  return quota !== undefined && quota >= vcpus + inUse
    ? ok(name, `${quota} vCPUs ${title}${others}; the deployment takes ${vcpus}`)
    : failed(
        name,
        `${quota ?? 'an unknown number of'} vCPUs ${title}${others}, and the deployment needs ${vcpus}`,
        `aws service-quotas request-service-quota-increase --region ${region} --service-code ec2 --quota-code ${code} --desired-value ${vcpus + inUse}`,
      );
};

/** The quotas of vCPUs that the configuration needs. */
export const checkQuotas = async (aws: Aws, config: Config): Promise<readonly Check[]> => {
  const types = [...new Set([config.servingInstanceType, config.middlewareInstanceType])];
  const needs = quotaNeeds(config);
  const inUse = await vcpusInUse(aws, config.name);
  const verdicts = needs.map(async (need) =>
    quotaVerdict(need, await quotaOf(aws, need.code), inUse.get(need.code) ?? 0, aws.region),
  );
  const others = types
    .filter((type) => familyOf(type) === undefined)
    .map((type) => unknown('quota', `it is not known which quota applies to ${type}`));
  return [...(await Promise.all(verdicts)), ...others];
};
