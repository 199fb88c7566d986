import { paginateDescribeInstances } from '@aws-sdk/client-ec2';
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
} from '@aws-sdk/client-service-quotas';
import { instanceTypeFacts, type DeploymentConfig } from '../../../aws/config/index.ts';
import { tagKeys } from '../../../aws/contract/tags.ts';
import { awsErrorName } from '../aws-error.ts';
import type { Aws } from '../clients.ts';
import { failed, ok, unknown, type DoctorCheck } from './check.ts';

/**
 * Instance types that share one quota, which counts vCPUs:
 * https://docs.aws.amazon.com/ec2/latest/userguide/ec2-resource-limits.html
 */
interface Family {
  readonly title: string;
  /** Quota code of on-demand instances. */
  readonly onDemand: string;
  /** Quota code of spot instances. */
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

/** A quota, and how many vCPUs of it a deployment needs. */
export interface QuotaNeed {
  readonly code: string;
  readonly title: string;
  readonly vcpus: number;
}

/** Computes how many vCPUs of which quota a deployment needs. */
export const quotaNeeds = ({
  pairs,
  spot,
  servingInstanceType,
  middlewareInstanceType,
}: Pick<
  DeploymentConfig,
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

/** The vCPUs of all running instances outside this deployment, by the code of their quota. */
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

/** Reads a quota of this account, or the default of AWS if it was never changed. */
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
 * Judges one quota.
 *
 * @param inUse vCPUs of instances outside this deployment
 */
export const quotaVerdict = (
  { code, title, vcpus }: QuotaNeed,
  quota: number | undefined,
  inUse: number,
  region: string,
): DoctorCheck => {
  const name = `quota ${code}`;
  const inUseText = inUse === 0 ? '' : `, of which others use ${inUse}`;
  return quota !== undefined && quota >= vcpus + inUse
    ? ok(name, `${quota} vCPUs ${title}${inUseText}; the deployment takes ${vcpus}`)
    : failed(
        name,
        `${quota ?? 'an unknown number of'} vCPUs ${title}${inUseText}, and the deployment needs ${vcpus}`,
        `aws service-quotas request-service-quota-increase --region ${region} --service-code ec2 --quota-code ${code} --desired-value ${vcpus + inUse}`,
      );
};

/** Checks the vCPU quotas that the configuration needs. */
export const checkQuotas = async (
  aws: Aws,
  config: DeploymentConfig,
): Promise<readonly DoctorCheck[]> => {
  const types = [...new Set([config.servingInstanceType, config.middlewareInstanceType])];
  const needs = quotaNeeds(config);
  const inUse = await vcpusInUse(aws, config.name);
  const verdicts = needs.map(async (need) =>
    quotaVerdict(need, await quotaOf(aws, need.code), inUse.get(need.code) ?? 0, aws.region),
  );
  const unknownTypes = types
    .filter((type) => familyOf(type) === undefined)
    .map((type) => unknown('quota', `the quota for ${type} is not known`));
  return [...(await Promise.all(verdicts)), ...unknownTypes];
};
