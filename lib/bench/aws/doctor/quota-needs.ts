import { pairConfigOf, type Config } from '../../../config.ts';

/** vCPUs that a deployment takes from one quota of EC2. */
export interface QuotaNeed {
  readonly code: string;
  readonly title: string;
  readonly vcpus: number;
  /** Where the quota is too small, `npx serving-compare deploy` goes on with the other way of buying. */
  readonly canFallBack: boolean;
}

interface Family {
  readonly title: string;
  readonly onDemand: string;
  readonly spot: string;
}

/** https://docs.aws.amazon.com/ec2/latest/userguide/ec2-resource-limits.html: quotas are per family and in vCPUs. */
const FAMILIES: readonly (Family & { readonly types: RegExp })[] = [
  { types: /^(g|gr|vt)\d/, title: 'G and VT', onDemand: 'L-DB2E81BA', spot: 'L-3819A6DF' },
  { types: /^p\d/, title: 'P', onDemand: 'L-417A185B', spot: 'L-7212CCBC' },
];

const STANDARD: Family = {
  title: 'standard (A, C, D, H, I, M, R, T, Z)',
  onDemand: 'L-1216C47A',
  spot: 'L-34B43A08',
};

const familyOf = (instanceType: string): Family =>
  FAMILIES.find(({ types }) => types.test(instanceType)) ?? STANDARD;

/**
 * What a deployment needs of which quota. Pure.
 *
 * @param vcpusOf vCPUs by instance type
 */
export const quotaNeeds = (
  config: Pick<
    Config,
    | 'pairs'
    | 'spot'
    | 'pairOverrides'
    | 'availabilityZone'
    | 'servingInstanceType'
    | 'middlewareInstanceType'
  >,
  vcpusOf: ReadonlyMap<string, number>,
): readonly QuotaNeed[] => {
  const needs = new Map<string, QuotaNeed>();
  const { servingInstanceType, middlewareInstanceType } = config;
  for (let pair = 1; pair <= config.pairs; pair += 1) {
    const { spot } = pairConfigOf(config as Config, pair);
    for (const type of [servingInstanceType, middlewareInstanceType]) {
      const family = familyOf(type);
      const isSpot = spot !== 'off';
      const code = isSpot ? family.spot : family.onDemand;
      const before = needs.get(code);
      needs.set(code, {
        code,
        title: `${isSpot ? 'spot' : 'on-demand'} ${family.title}`,
        vcpus: (before?.vcpus ?? 0) + (vcpusOf.get(type) ?? 0),
        canFallBack: (before?.canFallBack ?? true) && spot === 'prefer',
      });
    }
  }
  return [...needs.values()];
};
