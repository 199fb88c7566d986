import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import type { Config } from '../../../config/index.ts';
import { publicImageParameters } from '../../../deployment/public-images.ts';
import type { NodeRole } from '../../../deployment/tags.ts';
import { projectRoot } from '../../run/project-files.ts';
import { awsErrorName } from '../aws-error.ts';
import type { Aws } from '../clients.ts';
import { failed, ok, type Check } from './check.ts';

/** Who calls. */
export const checkCredentials = async ({ sts, region }: Aws): Promise<Check> => {
  const { Account = '', Arn = '' } = await sts.send(new GetCallerIdentityCommand());
  return ok('credentials', `${Arn} of account ${Account}, region ${region}`);
};

/** What tells the bootstrap stacks of an account apart, and the one that the CDK takes where none is named. */
const QUALIFIER_KEY = '@aws-cdk/core:bootstrapQualifier';
export const DEFAULT_QUALIFIER = 'hnb659fds';

/** The bootstrap stack that `cdk.json` in a folder names. */
export const qualifierOf = async (folder: string): Promise<string> => {
  const { context } = JSON.parse(await readFile(path.join(folder, 'cdk.json'), 'utf8')) as {
    readonly context?: Readonly<Record<string, unknown>>;
  };
  const named = context?.[QUALIFIER_KEY];
  return typeof named === 'string' ? named : DEFAULT_QUALIFIER;
};

/** What the templates of the CDK demand: below, the roles for assets are missing. */
const LEAST_VERSION = 6;

/** Verdict on the version of the account's bootstrap stack; undefined where there is none. Pure. */
export const bootstrapVerdict = (
  version: string | undefined,
  region: string,
  qualifier: string,
): Check => {
  const which = qualifier === DEFAULT_QUALIFIER ? '' : `--qualifier ${qualifier} `;
  const remedy = `npx cdk bootstrap ${which}aws://$(aws sts get-caller-identity --query Account --output text)/${region}`;
  if (version === undefined) {
    return failed('bootstrap', `the CDK is not bootstrapped in ${region}`, remedy);
  }
  return Number(version) >= LEAST_VERSION
    ? ok('bootstrap', `version ${version} of the CDK's bootstrap stack`)
    : failed(
        'bootstrap',
        `version ${version} of the CDK's bootstrap stack is older than ${LEAST_VERSION}`,
        remedy,
      );
};

/** Undefined where there is none of that name. */
const readParameter = async ({ ssm }: Aws, Name: string): Promise<string | undefined> => {
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name }));
    return Parameter?.Value;
  } catch (error) {
    if (awsErrorName(error) !== 'ParameterNotFound') throw error;
    return undefined;
  }
};

/** The bootstrap stack of the account. */
export const checkBootstrap = async (aws: Aws): Promise<Check> => {
  const qualifier = await qualifierOf(projectRoot);
  const version = await readParameter(aws, `/cdk-bootstrap/${qualifier}/version`);
  return bootstrapVerdict(version, aws.region, qualifier);
};

/** Whether the image for a role is there. */
export const checkImage = async (aws: Aws, config: Config, role: NodeRole): Promise<Check> => {
  const given = config[`${role}Ami`];
  const name = `image ${role}`;
  if (given !== undefined) return ok(name, `${given}, as the configuration says`);
  const parameter = publicImageParameters[role];
  const newest = await readParameter(aws, parameter);
  return newest === undefined
    ? failed(
        name,
        `${aws.region} does not offer the public image ${parameter}`,
        `give the id of one as ${role}Ami in the configuration`,
      )
    : ok(name, `${newest} is the newest; an existing deployment keeps its own`);
};
