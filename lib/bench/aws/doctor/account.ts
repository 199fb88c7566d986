import { paginateGetParametersByPath } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { systemCodeOf } from '../../model/errors.ts';
import { projectRoot } from '../../../../serving-configs/installation.ts';
import type { Aws } from '../clients.ts';
import { failed, ok, type DoctorCheck } from './check.ts';

/** Checks that credentials work, and reports whose they are. */
export const checkCredentials = async ({ sts, region }: Aws): Promise<DoctorCheck> => {
  const { Account = '', Arn = '' } = await sts.send(new GetCallerIdentityCommand());
  return ok('credentials', `${Arn} of account ${Account}, region ${region}`);
};

/** An account may hold several CDK bootstrap stacks, which differ by their qualifier. */
const QUALIFIER_KEY = '@aws-cdk/core:bootstrapQualifier';
/** The qualifier that the CDK uses by default. */
export const DEFAULT_QUALIFIER = 'hnb659fds';

type Context = Readonly<Record<string, unknown>>;

const readJson = async (file: string): Promise<Context> => {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Context;
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') throw error;
    return {};
  }
};

/** The context in the options of `cdk deploy`: `-c KEY=VALUE`, `--context=KEY=VALUE`. */
const contextOf = (cdkOptions: readonly string[]): Context => {
  const pairs = cdkOptions.flatMap((option, index) => {
    const before = cdkOptions[index - 1];
    if (before === '-c' || before === '--context') return [option];
    return /^(?:-c|--context=)(.+=.*)$/.exec(option)?.slice(1) ?? [];
  });
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
};

/**
 * Finds the qualifier that the CDK will use, in the places and the order in which it looks for context.
 *
 * @param folder where the CDK runs
 * @param home the user's home
 */
export const qualifierOf = async (
  cdkOptions: readonly string[],
  folder = projectRoot,
  home = homedir(),
): Promise<string> => {
  const [project, remembered, user] = await Promise.all([
    readJson(path.join(folder, 'cdk.json')),
    readJson(path.join(folder, 'cdk.context.json')),
    readJson(path.join(home, '.cdk.json')),
  ]);
  const contexts = [contextOf(cdkOptions), project['context'], remembered, user['context']];
  const given = contexts.map((context) => (context as Context | undefined)?.[QUALIFIER_KEY]);
  return given.find((qualifier) => typeof qualifier === 'string') ?? DEFAULT_QUALIFIER;
};

/** The oldest version that CDK templates accept: earlier ones lack the roles for assets. */
const MIN_VERSION = 6;

/**
 * Judges the account's bootstrap stacks.
 *
 * @param versions by qualifier
 * @param qualifier the one that the CDK will use
 */
export const bootstrapVerdict = (
  versions: ReadonlyMap<string, string>,
  region: string,
  qualifier: string,
): DoctorCheck => {
  const name = 'bootstrap';
  const version = versions.get(qualifier);
  const option = qualifier === DEFAULT_QUALIFIER ? '' : `--qualifier ${qualifier} `;
  const remedy = `npx cdk bootstrap ${option}aws://$(aws sts get-caller-identity --query Account --output text)/${region}`;
  const [other] = versions.keys();
  if (version === undefined && other !== undefined) {
    return failed(
      name,
      `the CDK is bootstrapped in ${region} with the qualifier ${[...versions.keys()].join(', ')}, but not with ${qualifier}`,
      `use that one: write it into ~/.cdk.json as {"context": {"${QUALIFIER_KEY}": "${other}"}}`,
    );
  }
  if (version === undefined) {
    return failed(name, `the CDK is not bootstrapped in ${region}`, remedy);
  }
  const about = `version ${version} of the CDK's bootstrap stack${qualifier === DEFAULT_QUALIFIER ? '' : ` with the qualifier ${qualifier}`}`;
  return Number(version) >= MIN_VERSION
    ? ok(name, about)
    : failed(name, `${about} is older than ${MIN_VERSION}`, remedy);
};

/**
 * Checks that the account has a CDK bootstrap stack that is new enough.
 *
 * @param cdkOptions the options for `cdk deploy`
 */
export const checkBootstrap = async (
  { ssm, region }: Aws,
  cdkOptions: readonly string[],
): Promise<DoctorCheck> => {
  const versions = new Map<string, string>();
  const input = { Path: '/cdk-bootstrap', Recursive: true };
  for await (const { Parameters = [] } of paginateGetParametersByPath({ client: ssm }, input)) {
    for (const { Name = '', Value = '' } of Parameters) {
      const qualifier = /^\/cdk-bootstrap\/([^/]+)\/version$/.exec(Name)?.[1];
      if (qualifier !== undefined) versions.set(qualifier, Value);
    }
  }
  return bootstrapVerdict(versions, region, await qualifierOf(cdkOptions));
};
