import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { completeConfig } from '../../aws/lookups/complete-config.ts';
import { zoneOf, type DeploymentConfig } from '../../aws/config/index.ts';
import { projectRoot } from '../run/project-files.ts';
import type { Aws } from './clients.ts';
import { configProblem } from './read-config.ts';
import { isCapacity, readFailures, type DeployFailure } from './deploy-failures.ts';

export interface DeployRequest {
  readonly aws: Aws;
  readonly config: DeploymentConfig;
  readonly configFile: string;
  /** Further arguments for `cdk deploy`. */
  readonly cdkArguments: readonly string[];
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
  /** The file descriptor of this process that the CDK writes its stdout to. */
  readonly cdkOutput: 1 | 2;
}

export type DeployResult =
  | { readonly state: 'deployed' }
  | {
      readonly state: 'failed';
      readonly exitCode: number;
      readonly failures: readonly DeployFailure[];
    };

/** Runs this project's `cdk` on the terminal and returns its exit code, or 1 if a signal ended it. */
const runCdk = async (
  cdkArguments: readonly string[],
  cdkOutput: DeployRequest['cdkOutput'],
): Promise<number> => {
  const child = spawn('npx', ['--no-install', 'cdk', ...cdkArguments], {
    cwd: projectRoot,
    stdio: ['inherit', cdkOutput, 2],
  });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return exitCode ?? 1;
};

/** The `-c` arguments that pass the zones, and the configuration file if it exists. */
const contextArguments = (
  configFile: string,
  { availabilityZone, otherAvailabilityZones, pairZones }: DeploymentConfig,
): readonly string[] =>
  [
    ...(existsSync(configFile) ? [`config=${configFile}`] : []),
    `availabilityZone=${availabilityZone}`,
    `otherAvailabilityZones=${otherAvailabilityZones.join(',')}`,
    `pairZones=${JSON.stringify(pairZones)}`,
  ].flatMap((value) => ['-c', value]);

/**
 * Runs `cdk deploy --all`, and repeats it with another zone for each pair that found no capacity, until every pair stands or
 * no zone is left. The CDK deletes the rest of a stack whose creation failed. Later deployments read the zones of the pairs
 * from their stacks.
 */
export const deploy = async (request: DeployRequest): Promise<DeployResult> => {
  const { aws, configFile, cdkArguments, tell, signal, cdkOutput } = request;
  let config = await completeConfig(request.config, aws).catch((error: unknown) => {
    throw configProblem(error, configFile);
  });
  const tried = new Map<number, readonly string[]>();
  for (;;) {
    const context = contextArguments(configFile, config);
    const exitCode = await runCdk(['deploy', '--all', ...context, ...cdkArguments], cdkOutput);
    signal.throwIfAborted();
    if (exitCode === 0) return { state: 'deployed' };
    const failures = await readFailures(aws, config.name);
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
