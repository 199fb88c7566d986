import { join } from 'node:path';
import {
  readCommandLine,
  type Options,
  type ValuesOf,
} from '../../../../serving-configs/options/command.ts';
import type { DeploymentConfig } from '../../../aws/config/index.ts';
import type { DocumentId } from '../../../aws/contract/documents/index.ts';
import { wrapAwsError } from '../../aws/aws-error.ts';
import { createAws, type Aws } from '../../aws/clients.ts';
import type { CommandParameters, CommandTargets } from '../../aws/command-nodes.ts';
import type { Deployment } from '../../aws/find-deployment.ts';
import { readBenchConfig } from '../../aws/read-config.ts';
import type { Command, CommandContext } from '../command.ts';
import { config as configOption, json, runIdKind } from '../options.ts';

// What the commands on AWS share. Each imports AWS clients only when it runs.

/** The options of every command on AWS. */
export const awsOptions = {
  config: {
    kind: configOption.kind,
    description: 'configuration of the deployment',
    defaultText: configOption.defaultText,
  },
  json,
} as const satisfies Options;

/** The run that a command is about. */
export const runWord = { kind: runIdKind, description: 'id of a run', required: true } as const;

/** The folder for the files of a fetched run. */
export const fetchedFolder = (runId: string, output: string | undefined): string =>
  output ?? join('results', runId);

/** Everything that a command on AWS works with. */
export interface AwsContext {
  readonly config: DeploymentConfig;
  readonly aws: Aws;
}

/**
 * Calls a function with the configuration and the AWS clients of its region, and closes the clients afterwards.
 *
 * @throws BenchError. AWS errors are wrapped unless they already are one.
 */
export const withAws = async <Result>(
  configFile: string | undefined,
  use: (context: AwsContext) => Promise<Result>,
): Promise<Result> => {
  const config = readBenchConfig(configFile);
  const aws = createAws(config.region);
  try {
    return await use({ config, aws });
  } catch (error) {
    throw wrapAwsError(error);
  } finally {
    aws.close();
  }
};

/** What a command on a deployment works with. */
export type DeploymentContext = AwsContext & { readonly deployment: Deployment };

const withFound =
  (find: 'findDeployment' | 'findRemains') =>
  <Result>(
    configFile: string | undefined,
    use: (context: DeploymentContext) => Promise<Result>,
  ): Promise<Result> =>
    withAws(configFile, async (context) => {
      const { [find]: findIn } = await import('../../aws/find-deployment.ts');
      return use({ ...context, deployment: await findIn(context.aws, context.config.name) });
    });

/** Like {@link withAws}, for commands that need a complete deployment. */
export const withDeployment = withFound('findDeployment');

/** Like {@link withDeployment}, but also accepts stacks that failed or are half deleted. */
export const withRemains = withFound('findRemains');

/**
 * Sends a command to nodes, and prints those that do not confirm it.
 *
 * @param notDone what is printed before each of these nodes
 */
export const sendToNodes = async (
  { aws, deployment }: DeploymentContext,
  [id, parameters, targets]: readonly [DocumentId, CommandParameters, CommandTargets],
  notDone: string,
  { console, signal }: CommandContext,
) => {
  const { commandNodes, outcomeText } = await import('../../aws/command-nodes.ts');
  const outcomes = await commandNodes(aws, deployment, id, parameters, targets, signal);
  const failed = outcomes.filter(({ problem }) => problem !== undefined);
  for (const outcome of failed) console.err(`${notDone}: ${outcomeText(outcome)}\n`);
  return { outcomes, failed, done: outcomes.filter(({ problem }) => problem === undefined) };
};

/** A command that another one runs as a step, with its name. */
type Step<Of extends Options> = readonly [name: string, command: Command<Of>];

/** Reads the words of a step as if they were typed. */
export const readStep = <Of extends Options>(
  [name, command]: Step<Of>,
  words: readonly string[],
): ValuesOf<Of> => {
  const values = readCommandLine({ ...command, name: `serving-compare ${name}` }, words);
  if (typeof values === 'string') throw new Error(`a step that asks for ${values}`);
  return values;
};

/** Shows the command line of a step. */
export const showStep = (line: string, { console }: CommandContext): void =>
  console.err(`\n$ ${line}\n`);

/** Runs a step as if it was typed, below its command line, and returns its exit code. */
export const runStep = async <Of extends Options>(
  step: Step<Of>,
  words: readonly string[],
  context: CommandContext,
): Promise<number> => {
  const [name, { run }] = step;
  showStep(`npx serving-compare ${[name, ...words].join(' ')}`, context);
  return run(readStep(step, words), context);
};
