import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { completeConfig } from '../../../aws-lookups/complete-config.ts';
import { zoneOf, type Config } from '../../../config/index.ts';
import { projectRoot } from '../../run/project-files.ts';
import type { Aws } from '../clients.ts';
import { configProblem } from '../read-config.ts';
import { isCapacity, readFailures, type DeployFailure } from './read-failures.ts';

/** What a deployment is made with. */
export interface DeployRequest {
  readonly aws: Aws;
  readonly config: Config;
  readonly configFile: string;
  /** Further words for `cdk deploy`. */
  readonly cdkWords: readonly string[];
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
  /** Where the CDK's stdout goes: a file descriptor of this process. */
  readonly outTo: 1 | 2;
}

/** How it ended. */
export type DeployResult =
  | { readonly state: 'deployed' }
  | {
      readonly state: 'failed';
      readonly exitCode: number;
      readonly failures: readonly DeployFailure[];
    };

/** Calls this project's `cdk` and lets it talk to the terminal; returns its exit code, 1 where a signal ended it. */
const callCdk = async (
  words: readonly string[],
  outTo: DeployRequest['outTo'],
): Promise<number> => {
  const child = spawn('npx', ['--no-install', 'cdk', ...words], {
    cwd: projectRoot,
    stdio: ['inherit', outTo, 2],
  });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return exitCode ?? 1;
};

/** How the CDK is told of zones, and of a configuration file that is there. */
const contextOf = (
  configFile: string,
  { availabilityZone, otherAvailabilityZones, pairZones }: Config,
): readonly string[] =>
  [
    ...(existsSync(configFile) ? [`config=${configFile}`] : []),
    `availabilityZone=${availabilityZone}`,
    `otherAvailabilityZones=${otherAvailabilityZones.join(',')}`,
    `pairZones=${JSON.stringify(pairZones)}`,
  ].flatMap((value) => ['-c', value]);

/**
 * Calls `cdk deploy --all`, and again with another zone for the pairs that found no capacity, until all stand or no zone is
 * left. The CDK itself deletes what is left of a stack whose creation failed. Later deployments find in the stacks where the
 * pairs are.
 */
export const deploy = async (request: DeployRequest): Promise<DeployResult> => {
  const { aws, configFile, cdkWords, tell, signal, outTo } = request;
  let config = await completeConfig(request.config, aws).catch((error: unknown) => {
    throw configProblem(error, configFile);
  });
  const tried = new Map<number, readonly string[]>();
  for (;;) {
    const words = contextOf(configFile, config);
    const exitCode = await callCdk(['deploy', '--all', ...words, ...cdkWords], outTo);
    signal.throwIfAborted();
    if (exitCode === 0) return { state: 'deployed' };
    const failures = await readFailures(aws, config.name);
    const failed: DeployResult = { state: 'failed', exitCode, failures };
    if (failures.length === 0 || !failures.every(isCapacity)) return failed;
    const pairZones: Record<string, string> = { ...config.pairZones };
    for (const { pair, reason } of failures) {
      if (pair === undefined) return failed;
      const zone = zoneOf(config, pair);
      const before = [...(tried.get(pair) ?? []), zone];
      tried.set(pair, before);
      tell(`pair ${pair} in ${zone}: ${reason}`);
      const next = [config.availabilityZone, ...config.otherAvailabilityZones].find(
        (one) => !before.includes(one),
      );
      if (next === undefined) return failed;
      tell(`trying pair ${pair} in ${next}`);
      pairZones[String(pair)] = next;
    }
    config = { ...config, pairZones };
  }
};
