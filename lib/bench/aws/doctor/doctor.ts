import type { DeploymentConfig } from '../../../aws/config/index.ts';
import { NODE_ROLES } from '../../../aws/contract/tags.ts';
import { BenchError } from '../../model/errors.ts';
import { wrapAwsError } from '../aws-error.ts';
import type { Aws } from '../clients.ts';
import { findDeployment } from '../find-deployment.ts';
import { nodeProblems, readNodes, type NodeState } from '../node-states.ts';
import { checkBootstrap, checkCredentials, checkImage, checkZones } from './account.ts';
import { failed, ok, unknown, type DoctorCheck } from './check.ts';
import { checkQuotas } from './quotas.ts';

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
