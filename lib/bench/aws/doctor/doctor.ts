import { bundleHash } from '../../../bundle/bundle.ts';
import type { Config } from '../../../config.ts';
import { NODE_ROLES } from '../../../deployment/tags.ts';
import { BenchError } from '../../model/errors.ts';
import { projectRoot } from '../../run/project-files.ts';
import type { Aws } from '../clients.ts';
import { findDeployment, type Deployment } from '../deployment.ts';
import { readNodes } from '../nodes.ts';
import { checkBootstrap, checkCredentials, spotRoleVerdict } from './account.ts';
import { attempt } from './attempt.ts';
import { failed, ok, type Check } from './check.ts';
import { checkBucket, nodeVerdicts, versionVerdict } from './deployed.ts';
import { checkImage } from './images.ts';
import { checkQuotas } from './quotas.ts';
import { checkZones } from './zones.ts';

/** A deployment that is not there is no failure: most checks are for the time before it. */
const lookForDeployment = async (
  aws: Aws,
  name: string,
): Promise<{ readonly deployment?: Deployment; readonly check: Check }> => {
  try {
    const deployment = await findDeployment(aws, name);
    const count = deployment.pairs.length;
    return {
      deployment,
      check: ok('deployment', `"${name}" with ${count} ${count === 1 ? 'pair' : 'pairs'}`),
    };
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    return {
      check:
        error.code === 'BENCH_NOT_DEPLOYED'
          ? ok('deployment', `${error.message}: ${error.hint ?? ''}`)
          : failed('deployment', error.message, error.hint ?? 'npx cdk deploy --all'),
    };
  }
};

const checkDeployed = async (aws: Aws, deployment: Deployment): Promise<readonly Check[]> => {
  const { name, pairs } = deployment;
  const [nodes, bucket] = await Promise.all([
    attempt('nodes', async () => nodeVerdicts(name, aws.region, await readNodes(aws, pairs))),
    attempt('results bucket', () => checkBucket(aws, deployment)),
  ]);
  const here = bundleHash(projectRoot);
  return [
    ...nodes,
    ...bucket,
    ...pairs.map(({ pair, bundle }) => versionVerdict(pair, bundle, here)),
  ];
};

/**
 * Checks everything that a deployment needs, and the deployment where there is one. Without credentials the rest is left
 * out, since it would say the same.
 */
export const examine = async (aws: Aws, config: Config): Promise<readonly Check[]> => {
  const credentials = await attempt('credentials', () => checkCredentials(aws));
  if (credentials.some(({ state }) => state === 'failed')) return credentials;
  const before = await Promise.all([
    attempt('bootstrap', () => checkBootstrap(aws)),
    attempt('quotas', () => checkQuotas(aws, config)),
    attempt('zones', () => checkZones(aws, config)),
    ...NODE_ROLES.map((role) => attempt(`image ${role}`, () => checkImage(aws, config, role))),
  ]);
  const deployed = await attempt('deployment', async () => {
    const { check, deployment } = await lookForDeployment(aws, config.name);
    return deployment === undefined ? check : [check, ...(await checkDeployed(aws, deployment))];
  });
  return [...credentials, ...before.flat(), ...spotRoleVerdict(config), ...deployed];
};
