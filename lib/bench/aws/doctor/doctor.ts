import type { Config } from '../../../config/index.ts';
import { NODE_ROLES } from '../../../deployment/tags.ts';
import { BenchError } from '../../model/errors.ts';
import { otherAwsError } from '../aws-error.ts';
import type { Aws } from '../clients.ts';
import { findDeployment } from '../deployment.ts';
import { nodeProblems, readNodes, type NodeState } from '../nodes.ts';
import { checkBootstrap, checkCredentials, checkImage } from './account.ts';
import { failed, ok, unknown, type Check } from './check.ts';
import { checkQuotas } from './quotas.ts';
import { checkZones } from './zones.ts';

/** Makes a check of a look at AWS that may fail: without the right to look it is unknown, else it failed. */
const attempt = async (
  name: string,
  look: () => Promise<Check | readonly Check[]>,
): Promise<readonly Check[]> => {
  try {
    return [await look()].flat();
  } catch (error) {
    const known = otherAwsError(error);
    if (!(known instanceof BenchError)) throw error;
    return known.code === 'BENCH_AWS_DENIED'
      ? [unknown(name, known.message)]
      : [failed(name, known.message, known.hint ?? 'npx serving-compare doctor')];
  }
};

const nodeVerdict = (deployment: string, region: string, node: NodeState): Check => {
  const name = `pair ${node.pair} ${node.role}`;
  const [problem] = nodeProblems(deployment, region, [node]);
  return problem === undefined
    ? ok(name, `${node.instanceId} runs, its SSM agent is online`)
    : failed(name, problem.what, problem.remedy);
};

/** The nodes of the deployment. A missing one is not a failure: most checks are for the time before it. */
const checkDeployment = async (aws: Aws, name: string): Promise<readonly Check[]> => {
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
 * Checks everything that a deployment needs, and the deployment where there is one. Without credentials the rest is left
 * out, since it would say the same.
 */
export const examine = async (aws: Aws, config: Config): Promise<readonly Check[]> => {
  const credentials = await attempt('credentials', () => checkCredentials(aws));
  if (credentials.some(({ state }) => state === 'failed')) return credentials;
  const checks = await Promise.all([
    attempt('bootstrap', () => checkBootstrap(aws)),
    attempt('quotas', () => checkQuotas(aws, config)),
    attempt('zones', () => checkZones(aws, config)),
    ...NODE_ROLES.map((role) => attempt(`image ${role}`, () => checkImage(aws, config, role))),
    attempt('deployment', () => checkDeployment(aws, config.name)),
  ]);
  return [...credentials, ...checks.flat()];
};
