import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../serving-configs/installation.ts';

/** The file descriptor of this process that the CDK writes its stdout to. */
export type CdkOutput = 1 | 2;

/** Started by Node itself, as Windows has no program without an extension. */
const CDK = join(projectRoot, 'node_modules/aws-cdk/bin/cdk');

/** The `-c` arguments that pass the configuration file, if it exists, and further context. */
export const contextArguments = (
  configFile: string,
  context: Readonly<Record<string, string>>,
): readonly string[] =>
  Object.entries({ ...(existsSync(configFile) && { config: configFile }), ...context }).flatMap(
    ([name, value]) => ['-c', `${name}=${value}`],
  );

/** Runs this project's `cdk` on the terminal and returns its exit code, or 1 if a signal ended it. */
export const runCdk = async (
  cdkArguments: readonly string[],
  cdkOutput: CdkOutput,
): Promise<number> => {
  const child = spawn(process.execPath, [CDK, ...cdkArguments], {
    cwd: projectRoot,
    stdio: ['inherit', cdkOutput, 2],
  });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return exitCode ?? 1;
};
