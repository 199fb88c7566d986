import {
  paginateDescribeInstances,
  paginateDescribeInternetGateways,
  paginateDescribeVpcs,
} from '@aws-sdk/client-ec2';
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

/** A quota, and how much of it a deployment needs. */
export interface QuotaNeed {
  readonly service: 'ec2' | 'vpc';
  readonly code: string;
  /** What it counts: `vCPUs on-demand standard`. */
  readonly title: string;
  readonly needed: number;
}

/** Computes what a deployment needs of which quota. */
export const quotaNeeds = ({
  pairs,
  spot,
  servingInstanceType,
  middlewareInstanceType,
  vpcId,
}: Pick<
  DeploymentConfig,
  'pairs' | 'spot' | 'servingInstanceType' | 'middlewareInstanceType' | 'vpcId'
>): readonly QuotaNeed[] => {
  const needs = new Map<string, QuotaNeed>();
  for (const type of [servingInstanceType, middlewareInstanceType]) {
    const family = familyOf(type);
    if (family === undefined) continue;
    const code = spot ? family.spot : family.onDemand;
    const title = `vCPUs ${spot ? 'spot' : 'on-demand'} ${family.title}`;
    const needed = (needs.get(code)?.needed ?? 0) + pairs * instanceTypeFacts(type).vcpus;
    needs.set(code, { service: 'ec2', code, title, needed });
  }
  const network: readonly QuotaNeed[] = [
    { service: 'vpc', code: 'L-F678F1CE', title: 'VPCs', needed: 1 },
    { service: 'vpc', code: 'L-A4707A72', title: 'internet gateways', needed: 1 },
  ];
  return [...needs.values(), ...(vpcId === undefined ? network : [])];
};

interface TaggedResource {
  readonly Tags?: readonly { readonly Key?: string; readonly Value?: string }[] | undefined;
}

/** What others than a deployment use of each quota, by its code. */
const amountsInUse = async ({ ec2 }: Aws, name: string): Promise<ReadonlyMap<string, number>> => {
  const inUse = new Map<string, number>();
  const add = (code: string, { Tags = [] }: TaggedResource, amount = 1): void => {
    const isOwn = Tags.some(({ Key, Value }) => Key === tagKeys.deployment && Value === name);
    if (!isOwn) inUse.set(code, (inUse.get(code) ?? 0) + amount);
  };
  const client = { client: ec2 };
  const input = { Filters: [{ Name: 'instance-state-name', Values: ['pending', 'running'] }] };
  for await (const { Reservations = [] } of paginateDescribeInstances(client, input)) {
    for (const instance of Reservations.flatMap(({ Instances = [] }) => Instances)) {
      const { InstanceType = '', InstanceLifecycle } = instance;
      const family = familyOf(InstanceType);
      if (family === undefined) continue;
      const code = InstanceLifecycle === 'spot' ? family.spot : family.onDemand;
      add(code, instance, instanceTypeFacts(InstanceType).vcpus);
    }
  }
  for await (const { Vpcs = [] } of paginateDescribeVpcs(client, {})) {
    for (const vpc of Vpcs) add('L-F678F1CE', vpc);
  }
  for await (const page of paginateDescribeInternetGateways(client, {})) {
    for (const gateway of page.InternetGateways ?? []) add('L-A4707A72', gateway);
  }
  return inUse;
};

/** Reads a quota of this account, or the default of AWS if it was never changed. */
const quotaOf = async (
  { quotas }: Aws,
  { service, code }: QuotaNeed,
): Promise<number | undefined> => {
  const input = { ServiceCode: service, QuotaCode: code };
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
 * @param inUse what others than this deployment use
 */
export const quotaVerdict = (
  { service, code, title, needed }: QuotaNeed,
  quota: number | undefined,
  inUse: number,
  region: string,
): DoctorCheck => {
  const name = `quota ${code}`;
  const inUseText = inUse === 0 ? '' : `, of which others use ${inUse}`;
  return quota !== undefined && quota >= needed + inUse
    ? ok(name, `${quota} ${title}${inUseText}; the deployment takes ${needed}`)
    : failed(
        name,
        `${quota ?? 'an unknown number of'} ${title}${inUseText}, and the deployment needs ${needed}`,
        `aws service-quotas request-service-quota-increase --region ${region} --service-code ${service} --quota-code ${code} --desired-value ${needed + inUse}`,
      );
};

/** Checks the quotas that the configuration needs. */
export const checkQuotas = async (
  aws: Aws,
  config: DeploymentConfig,
): Promise<readonly DoctorCheck[]> => {
  const types = [...new Set([config.servingInstanceType, config.middlewareInstanceType])];
  const inUse = await amountsInUse(aws, config.name);
  const verdicts = quotaNeeds(config).map(async (need) =>
    quotaVerdict(need, await quotaOf(aws, need), inUse.get(need.code) ?? 0, aws.region),
  );
  const unknownTypes = types
    .filter((type) => familyOf(type) === undefined)
    .map((type) => unknown('quota', `the quota for ${type} is not known`));
  return [...(await Promise.all(verdicts)), ...unknownTypes];
};
