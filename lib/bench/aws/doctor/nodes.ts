import { BenchError } from '../../model/errors.ts';
import type { Aws } from '../clients.ts';
import { findDeployment } from '../find-deployment.ts';
import { nodeProblems, readNodes, type NodeState } from '../node-states.ts';
import { UNAVAILABLE_REMEDY, unavailableLines } from '../unavailable-lines.ts';
import { failed, ok, warned, type DoctorCheck } from './check.ts';

const nodeVerdict = (deployment: string, region: string, node: NodeState): DoctorCheck => {
  const name = `pair ${node.pair} ${node.role}`;
  const [problem] = nodeProblems(deployment, region, [node]);
  return problem === undefined
    ? ok(name, `${node.instanceId} runs, its SSM agent is online`)
    : failed(name, problem.what, problem.remedy);
};

/** Checks the nodes of the deployment. That it is not deployed is not a failure: most people run the doctor before they deploy. */
export const checkNodes = async (aws: Aws, name: string): Promise<readonly DoctorCheck[]> => {
  try {
    const { pairs } = await findDeployment(aws, name);
    const nodes = await readNodes(aws, pairs);
    return [
      ok('deployment', `"${name}" with ${pairs.length} ${pairs.length === 1 ? 'pair' : 'pairs'}`),
      ...nodes.map((node) => nodeVerdict(name, aws.region, node)),
      ...unavailableLines(pairs).map((line) => warned('servings', line, UNAVAILABLE_REMEDY)),
    ];
  } catch (error) {
    if (!(error instanceof BenchError) || error.code !== 'BENCH_NOT_DEPLOYED') throw error;
    return [ok('deployment', `${error.message}: ${error.hint ?? ''}`)];
  }
};
