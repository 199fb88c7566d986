import path from 'node:path';
import { Annotations, App } from 'aws-cdk-lib';
import { checkMemory } from './bundle/check-memory.ts';
import { projectArchives } from './bundle/project-archives.ts';
import { addChecks, foundNothing } from './checks.ts';
import { ConfigError, readConfig, type Config } from './config.ts';
import { priceText } from './price-text.ts';
import { createStacks } from './stacks.ts';

const root = path.resolve(import.meta.dirname, '..');

type Context = Readonly<Record<string, unknown>>;

/** Context that the command line of CDK hands over: options of ours, and flags of CDK. */
const readContext = (): Context => new App({ autoSynth: false }).node.getAllContext() as Context;

/** The zones that are to be used; where EC2 did not say which, the reason too. */
const findZones = async (
  config: Config,
): Promise<{ readonly config: Config; readonly problem?: string }> => {
  // Loaded where it is used: it takes a quarter of a second.
  const { chooseZones } = await import('./zones.ts');
  try {
    return { config: await chooseZones(config) };
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const problem = `EC2 did not say which zones offer the instance types (${String(error)}): give availabilityZone in the configuration, or the profile as AWS_PROFILE instead of --profile`;
    return { config, problem };
  }
};

const synthesise = async (said: Config, context: Context): Promise<void> => {
  // The command line of CDK sets it where there are credentials.
  const account = process.env.CDK_DEFAULT_ACCOUNT;
  const { config, problem } =
    account === undefined || said.areZonesGiven ? { config: said } : await findZones(said);
  const archives = projectArchives(root, config.models);
  const flags = Object.entries(context).filter(([key]) => /^(@|ssm:)/.test(key));
  const memory = checkMemory(root, path.join(root, '.cache/checked'), [
    config,
    account,
    archives.commit,
    archives.bundle.sourceHash,
    archives.models?.sourceHash,
    flags,
  ]);
  const isChecked = !memory.hasPassed && process.env.CDK_VALIDATION !== 'false';
  const app = new App({ builtinCloudFormationValidation: isChecked });
  const { base } = createStacks(app, config, archives, account);
  // Not thrown: "cdk destroy" goes on with it, "cdk deploy" does not.
  if (problem !== undefined) Annotations.of(base).addError(problem);
  if (isChecked) await addChecks(app);
  const { directory } = app.synth();
  // CDK reports what the checks found by the exit code, and goes on.
  if (isChecked && process.exitCode === undefined && foundNothing(directory)) memory.remember();
};

/**
 * Reads the configuration, says on stderr what it costs, and synthesises. Problems of the configuration are printed
 * without a stack trace.
 *
 * The environment variable `CDK_VALIDATION=false` leaves the checks out.
 */
export const main = async (): Promise<void> => {
  const context = readContext();
  try {
    const config = readConfig({
      values: context,
      ...(typeof context.config === 'string' ? { file: context.config } : {}),
    });
    process.stderr.write(`${config.name}: ${priceText(config)}\n`);
    await synthesise(config, context);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
};
