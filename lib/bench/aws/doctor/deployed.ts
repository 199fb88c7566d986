import { GetBucketLocationCommand } from '@aws-sdk/client-s3';
import type { Aws } from '../clients.ts';
import type { Deployment } from '../deployment.ts';
import { nodeProblems } from '../node-problems.ts';
import type { NodeState } from '../nodes.ts';
import { failed, ok, type Check } from './check.ts';

/** Verdicts on the nodes of a deployment, one a node. Pure. */
export const nodeVerdicts = (
  deployment: string,
  region: string,
  nodes: readonly NodeState[],
): readonly Check[] =>
  nodes.map((node) => {
    const name = `pair ${node.pair} ${node.role}`;
    const [problem] = nodeProblems(deployment, region, [node]);
    return problem === undefined
      ? ok(name, `${node.instanceId} runs, its SSM agent is online`)
      : failed(name, problem.what, problem.remedy);
  });

/** Verdict on whether the nodes of a pair have the files of this checkout, by their SHA-256. Pure. */
export const versionVerdict = (pair: number, deployed: string, here: string): Check => {
  const name = `pair ${pair} version`;
  return deployed === here
    ? ok(name, `as this checkout (${here.slice(0, 12)})`)
    : failed(
        name,
        `its nodes have the files ${deployed.slice(0, 12)}, and this checkout has ${here.slice(0, 12)}; deploy with the -c options of the first time`,
        'npx cdk deploy --all',
      );
};

/** Whether the results bucket can be reached. */
export const checkBucket = async (aws: Aws, { bucket }: Deployment): Promise<Check> => {
  await aws.s3.send(new GetBucketLocationCommand({ Bucket: bucket }));
  return ok('results bucket', bucket);
};
