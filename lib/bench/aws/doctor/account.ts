import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { awsErrorName } from '../aws-error.ts';
import type { Aws } from '../clients.ts';
import { failed, ok, type Check } from './check.ts';

/** Who calls. */
export const checkCredentials = async ({ sts, region }: Aws): Promise<Check> => {
  const { Account = '', Arn = '' } = await sts.send(new GetCallerIdentityCommand());
  return ok('credentials', `${Arn} of account ${Account}, region ${region}`);
};

const PARAMETER = '/cdk-bootstrap/hnb659fds/version';

/** What the templates of the CDK demand: below, the roles for assets are missing. */
const LEAST_VERSION = 6;

/** Verdict on the version of the account's bootstrap stack; undefined where there is none. Pure. */
export const bootstrapVerdict = (version: string | undefined, region: string): Check => {
  const remedy = `npx cdk bootstrap aws://$(aws sts get-caller-identity --query Account --output text)/${region}`;
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

/** The bootstrap stack of the account. */
export const checkBootstrap = async ({ ssm, region }: Aws): Promise<Check> => {
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: PARAMETER }));
    return bootstrapVerdict(Parameter?.Value, region);
  } catch (error) {
    if (awsErrorName(error) !== 'ParameterNotFound') throw error;
    return bootstrapVerdict(undefined, region);
  }
};
