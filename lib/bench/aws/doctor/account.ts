import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { pairNumbers, zoneOf, type DeploymentConfig } from '../../../aws/config/index.ts';
import { publicImageParameters } from '../../../aws/contract/public-images.ts';
import type { NodeRole } from '../../../aws/contract/tags.ts';
import { offeringZones } from '../../../aws/lookups/zones.ts';
import { projectRoot } from '../../run/project-files.ts';
import { awsErrorName } from '../aws-error.ts';
import type { Aws } from '../clients.ts';
import { failed, ok, type DoctorCheck } from './check.ts';

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
export const checkZones = async (aws: Aws, config: DeploymentConfig): Promise<DoctorCheck> =>
  zoneVerdict(config, await offeringZones(aws.ec2, config));

/** Checks that credentials work, and reports whose they are. */
export const checkCredentials = async ({ sts, region }: Aws): Promise<DoctorCheck> => {
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
export const checkBootstrap = async (aws: Aws): Promise<DoctorCheck> => {
  const qualifier = await qualifierOf(projectRoot);
  const version = await readParameter(aws, `/cdk-bootstrap/${qualifier}/version`);
  return bootstrapVerdict(version, aws.region, qualifier);
};

/** Checks that the region has an image for the nodes of a role. */
export const checkImage = async (
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
