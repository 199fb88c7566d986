import { completeConfig } from '../../aws/lookups/complete-config.ts';
import { zoneOf, type DeploymentConfig } from '../../aws/config/index.ts';
import { pairStackName } from '../../aws/contract/stack-names.ts';
import { BenchError } from '../model/errors.ts';
import { isExpired } from './aws-error.ts';
import type { Aws } from './clients.ts';
import { remainsOf } from './find-deployment.ts';
import { followBootstrap } from './follow-bootstrap.ts';
import { isLost, readNodes } from './node-states.ts';
import { configProblem } from './read-config.ts';
import { isCapacity, readFailures, type DeployFailure } from './deploy-failures.ts';
import { readStacks } from './read-stacks.ts';
import { contextArguments, runCdk, type CdkOutput } from './run-cdk.ts';

export interface DeployRequest {
  readonly aws: Aws;
  readonly config: DeploymentConfig;
  readonly configFile: string;
  /** Further arguments for `cdk deploy`. */
  readonly cdkArguments: readonly string[];
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
  readonly cdkOutput: CdkOutput;
}

export type DeployResult =
  | { readonly state: 'deployed' }
  | {
      readonly state: 'failed';
      readonly exitCode: number;
      readonly failures: readonly DeployFailure[];
    };

/** The zones, as the CDK takes them from the command line. */
const zonesIn = ({ availabilityZone, otherAvailabilityZones, pairZones }: DeploymentConfig) => ({
  availabilityZone,
  otherAvailabilityZones: otherAvailabilityZones.join(','),
  pairZones: JSON.stringify(pairZones),
});

/**
 * Deletes the stacks of pairs with a node that has ended, which CloudFormation does not know: it would change nothing.
 *
 * @returns the exit code of the CDK
 */
const deleteLostPairs = async (request: DeployRequest): Promise<number> => {
  const { aws, config, configFile, tell, cdkOutput } = request;
  const pairs = remainsOf(config.name, await readStacks(aws, config.name))?.pairs ?? [];
  const lost = new Set((await readNodes(aws, pairs)).filter(isLost).map(({ pair }) => pair));
  if (lost.size === 0) return 0;
  for (const pair of lost)
    tell(`pair ${pair} has lost a node, so it is deleted and deployed again`);
  const stacks = [...lost].map((pair) => pairStackName(config.name, pair));
  return runCdk(['destroy', ...stacks, '--force', ...contextArguments(configFile, {})], cdkOutput);
};

/** Runs `cdk deploy --all`, and shows what the nodes do meanwhile. */
const deployOnce = async (
  { aws, configFile, cdkArguments, tell, cdkOutput }: DeployRequest,
  config: DeploymentConfig,
): Promise<number> => {
  const endFollowing = followBootstrap(aws, config.name, tell);
  try {
    const context = contextArguments(configFile, zonesIn(config));
    return await runCdk(['deploy', '--all', ...context, ...cdkArguments], cdkOutput);
  } finally {
    await endFollowing();
  }
};

/** AWS does not need the credentials for the rest. */
const expiredMeanwhile = (cause: unknown): BenchError =>
  new BenchError(
    'BENCH_AWS_EXPIRED',
    'the AWS credentials have expired; AWS goes on with the deployment',
    {
      hint: 'log in again, and some minutes later, deploy again: npx serving-compare deploy',
      cause,
    },
  );

/**
 * Runs `cdk deploy --all`, and repeats it with another zone for each pair that found no capacity, until every pair stands or
 * no zone is left. The CDK deletes the rest of a stack whose creation failed. Later deployments read the zones of the pairs
 * from their stacks.
 */
export const deploy = async (request: DeployRequest): Promise<DeployResult> => {
  const { aws, configFile, tell, signal } = request;
  let config = await completeConfig(request.config, aws).catch((error: unknown) => {
    throw configProblem(error, configFile);
  });
  const tried = new Map<number, readonly string[]>();
  const deletedWith = await deleteLostPairs(request);
  if (deletedWith !== 0) return { state: 'failed', exitCode: deletedWith, failures: [] };
  for (;;) {
    const exitCode = await deployOnce(request, config);
    signal.throwIfAborted();
    if (exitCode === 0) return { state: 'deployed' };
    const failures = await readFailures(aws, config.name).catch((error: unknown) => {
      throw isExpired(error) ? expiredMeanwhile(error) : error;
    });
    const failed: DeployResult = { state: 'failed', exitCode, failures };
    if (failures.length === 0 || !failures.every(isCapacity)) return failed;
    const pairZones: Record<string, string> = { ...config.pairZones };
    for (const { pair, reason } of failures) {
      if (pair === undefined) return failed;
      const fullZone = zoneOf(config, pair);
      const fullZones = [...(tried.get(pair) ?? []), fullZone];
      tried.set(pair, fullZones);
      tell(`pair ${pair} in ${fullZone}: ${reason}`);
      const nextZone = [config.availabilityZone, ...config.otherAvailabilityZones].find(
        (zone) => !fullZones.includes(zone),
      );
      if (nextZone === undefined) return failed;
      tell(`trying pair ${pair} in ${nextZone}`);
      pairZones[String(pair)] = nextZone;
    }
    config = { ...config, pairZones };
  }
};
