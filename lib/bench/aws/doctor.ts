import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { paginateDescribeInstances } from '@aws-sdk/client-ec2';
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
} from '@aws-sdk/client-service-quotas';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import {
  instanceTypeFacts,
  pairNumbers,
  zoneOf,
  type DeploymentConfig,
} from '../../aws/config/index.ts';
import { publicImageParameters } from '../../aws/contract/public-images.ts';
import { NODE_ROLES, tagKeys, type NodeRole } from '../../aws/contract/tags.ts';
import { offeringZones } from '../../aws/lookups/zones.ts';
import { BenchError } from '../model/errors.ts';
import { projectRoot } from '../run/project-files.ts';
import { awsErrorName, wrapAwsError } from './aws-error.ts';
import type { Aws } from './clients.ts';
import { findDeployment } from './find-deployment.ts';
import { nodeProblems, readNodes, type NodeState } from './node-states.ts';

/** One finding of `serving-compare doctor`. */
export interface DoctorCheck {
  readonly name: string;
  /** `unknown`: the check could not run, for example for lack of a right; this is not a failure. */
  readonly state: 'ok' | 'failed' | 'unknown';
  readonly detail: string;
  /** How to fix it: a command if there is one. */
  readonly remedy?: string;
}

const ok = (name: string, detail: string): DoctorCheck => ({ name, state: 'ok', detail });

const failed = (name: string, detail: string, remedy: string): DoctorCheck => ({
  name,
  state: 'failed',
  detail,
  remedy,
});

const unknown = (name: string, detail: string): DoctorCheck => ({
  name,
  state: 'unknown',
  detail,
});

/**
 * Judges the zones of the configuration.
 *
 * @param offering the zones that offer both instance types
 */
export const zoneVerdict = (config: DeploymentConfig, offering: readonly string[]): DoctorCheck => {
  const types = [...new Set([config.servingInstanceType, config.middlewareInstanceType])];
  const name = 'zones';
  if (offering.length === 0) {
    return failed(
      name,
      `no zone of ${config.region} offers ${types.join(' and ')} together`,
      'choose another region or other instance types in the configuration',
    );
  }
  const used = new Set([
    ...pairNumbers(config).map((pair) => zoneOf(config, pair)),
    ...config.otherAvailabilityZones,
  ]);
  const lacking = [...used].filter((zone) => !offering.includes(zone));
  return lacking.length === 0 || !config.areZonesGiven
    ? ok(name, `zones with ${types.join(' and ')}: ${offering.join(', ')}`)
    : failed(
        name,
        `zones of the configuration that do not offer ${types.join(' and ')}: ${lacking.join(', ')}`,
        `leave availabilityZone and otherAvailabilityZones out, or set them to some of ${offering.join(', ')}`,
      );
};

/** Checks that the zones of the configuration offer its instance types. */
const checkZones = async (aws: Aws, config: DeploymentConfig): Promise<DoctorCheck> =>
  zoneVerdict(config, await offeringZones(aws.ec2, config));

/** Checks that credentials work, and reports whose they are. */
const checkCredentials = async ({ sts, region }: Aws): Promise<DoctorCheck> => {
  const { Account = '', Arn = '' } = await sts.send(new GetCallerIdentityCommand());
  return ok('credentials', `${Arn} of account ${Account}, region ${region}`);
};

/** An account may hold several CDK bootstrap stacks, which differ by their qualifier. */
const QUALIFIER_KEY = '@aws-cdk/core:bootstrapQualifier';
/** The qualifier that the CDK uses by default. */
export const DEFAULT_QUALIFIER = 'hnb659fds';

/** Reads the qualifier from `cdk.json` in a folder. */
export const qualifierOf = async (folder: string): Promise<string> => {
  const { context } = JSON.parse(await readFile(path.join(folder, 'cdk.json'), 'utf8')) as {
    readonly context?: Readonly<Record<string, unknown>>;
  };
  const qualifier = context?.[QUALIFIER_KEY];
  return typeof qualifier === 'string' ? qualifier : DEFAULT_QUALIFIER;
};

/** The oldest version that CDK templates accept: earlier ones lack the roles for assets. */
const MIN_VERSION = 6;

/**
 * Judges the version of the account's bootstrap stack.
 *
 * @param version undefined if there is no such stack
 */
export const bootstrapVerdict = (
  version: string | undefined,
  region: string,
  qualifier: string,
): DoctorCheck => {
  const option = qualifier === DEFAULT_QUALIFIER ? '' : `--qualifier ${qualifier} `;
  const remedy = `npx cdk bootstrap ${option}aws://$(aws sts get-caller-identity --query Account --output text)/${region}`;
  if (version === undefined) {
    return failed('bootstrap', `the CDK is not bootstrapped in ${region}`, remedy);
  }
  return Number(version) >= MIN_VERSION
    ? ok('bootstrap', `version ${version} of the CDK's bootstrap stack`)
    : failed(
        'bootstrap',
        `version ${version} of the CDK's bootstrap stack is older than ${MIN_VERSION}`,
        remedy,
      );
};

/** Reads an SSM parameter; undefined if there is none of that name. */
const readParameter = async ({ ssm }: Aws, Name: string): Promise<string | undefined> => {
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name }));
    return Parameter?.Value;
  } catch (error) {
    if (awsErrorName(error) !== 'ParameterNotFound') throw error;
    return undefined;
  }
};

/** Checks that the account has a CDK bootstrap stack that is new enough. */
const checkBootstrap = async (aws: Aws): Promise<DoctorCheck> => {
  const qualifier = await qualifierOf(projectRoot);
  const version = await readParameter(aws, `/cdk-bootstrap/${qualifier}/version`);
  return bootstrapVerdict(version, aws.region, qualifier);
};

/** Checks that the region has an image for the nodes of a role. */
const checkImage = async (
  aws: Aws,
  config: DeploymentConfig,
  role: NodeRole,
): Promise<DoctorCheck> => {
  const ami = config[`${role}Ami`];
  const name = `${role} AMI`;
  if (ami !== undefined) return ok(name, `${ami}, as the configuration says`);
  const parameter = publicImageParameters[role];
  const newest = await readParameter(aws, parameter);
  return newest === undefined
    ? failed(
        name,
        `${aws.region} does not offer the public AMI ${parameter}`,
        `set ${role}Ami in the configuration to the id of an AMI`,
      )
    : ok(name, `${newest} is the newest; an existing deployment keeps its own`);
};

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
interface QuotaNeed {
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
const checkQuotas = async (aws: Aws, config: DeploymentConfig): Promise<readonly DoctorCheck[]> => {
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

/** Runs a check. If AWS denies it, its result is unknown; if it throws another error of AWS or of ours, it failed. */
const attempt = async (
  name: string,
  check: () => Promise<DoctorCheck | readonly DoctorCheck[]>,
): Promise<readonly DoctorCheck[]> => {
  try {
    return [await check()].flat();
  } catch (error) {
    const wrapped = wrapAwsError(error);
    if (!(wrapped instanceof BenchError)) throw error;
    return wrapped.code === 'BENCH_AWS_DENIED'
      ? [unknown(name, wrapped.message)]
      : [failed(name, wrapped.message, wrapped.hint ?? 'npx serving-compare doctor')];
  }
};

const nodeVerdict = (deployment: string, region: string, node: NodeState): DoctorCheck => {
  const name = `pair ${node.pair} ${node.role}`;
  const [problem] = nodeProblems(deployment, region, [node]);
  return problem === undefined
    ? ok(name, `${node.instanceId} runs, its SSM agent is online`)
    : failed(name, problem.what, problem.remedy);
};

/** Checks the nodes of the deployment. That it is not deployed is not a failure: most people run the doctor before they deploy. */
const checkDeployment = async (aws: Aws, name: string): Promise<readonly DoctorCheck[]> => {
  try {
    const { pairs } = await findDeployment(aws, name);
    const nodes = await readNodes(aws, pairs);
    return [
      ok('deployment', `"${name}" with ${pairs.length} ${pairs.length === 1 ? 'pair' : 'pairs'}`),
      ...nodes.map((node) => nodeVerdict(name, aws.region, node)),
    ];
  } catch (error) {
    if (!(error instanceof BenchError) || error.code !== 'BENCH_NOT_DEPLOYED') throw error;
    return [ok('deployment', `${error.message}: ${error.hint ?? ''}`)];
  }
};

/**
 * Checks everything that a deployment needs, and the deployment itself if it exists. Without credentials all other checks are
 * left out, since they would fail for the same reason.
 */
export const runChecks = async (
  aws: Aws,
  config: DeploymentConfig,
): Promise<readonly DoctorCheck[]> => {
  const credentials = await attempt('credentials', () => checkCredentials(aws));
  if (credentials.some(({ state }) => state === 'failed')) return credentials;
  const checks = await Promise.all([
    attempt('bootstrap', () => checkBootstrap(aws)),
    attempt('quotas', () => checkQuotas(aws, config)),
    attempt('zones', () => checkZones(aws, config)),
    ...NODE_ROLES.map((role) => attempt(`${role} AMI`, () => checkImage(aws, config, role))),
    attempt('deployment', () => checkDeployment(aws, config.name)),
  ]);
  return [...credentials, ...checks.flat()];
};
