import path from 'node:path';
import { Annotations, App } from 'aws-cdk-lib';
import { projectArchives } from './bundle/bundle.ts';
import { ConfigError, readConfig, type Config } from './config/index.ts';
import { priceText } from './prices/price-text.ts';
import { createStacks } from './stacks/create-stacks.ts';

const root = path.resolve(import.meta.dirname, '..');

type Context = Readonly<Record<string, unknown>>;

/** Context that the command line of CDK hands over: options of ours, and flags of CDK. */
const readContext = (): Context => new App({ autoSynth: false }).node.getAllContext() as Context;

/** The configuration with zones and images; where AWS did not say which, the reason too. */
const complete = async (
  config: Config,
): Promise<{ readonly config: Config; readonly problem?: string }> => {
  // Loaded where it is used: it takes half a second.
  const { completeConfig } = await import('./aws-lookups/complete-config.ts');
  try {
    return { config: await completeConfig(config) };
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const problem = `AWS did not say which zones offer the instance types, or which images there are (${String(error)}): give availabilityZone, servingAmi and middlewareAmi in the configuration, or set AWS_PROFILE instead of --profile`;
    return { config, problem };
  }
};

/** Whether AWS need not be asked: zone and images are given. */
const isComplete = (config: Config): boolean =>
  config.areZonesGiven &&
  config.otherAvailabilityZones.length === 0 &&
  config.servingAmi !== undefined &&
  config.middlewareAmi !== undefined;

const synthesise = async (given: Config): Promise<void> => {
  // The command line of CDK sets it where there are credentials.
  const account = process.env.CDK_DEFAULT_ACCOUNT;
  const { config, problem } =
    account === undefined || isComplete(given) ? { config: given } : await complete(given);
  // The rules of CloudFormation and AwsSolutions hold for all configurations, as a test of the stacks shows: to check them at
  // each synthesis takes longer than everything else together.
  const app = new App({ builtinCloudFormationValidation: false });
  const { base } = createStacks(app, config, projectArchives(root, config.models), account);
  // Not thrown: "cdk destroy" goes on with it, "cdk deploy" does not.
  if (problem !== undefined) Annotations.of(base).addError(problem);
  app.synth();
};

/**
 * Reads the configuration, says on stderr what it costs, and synthesises. Problems of the configuration are printed
 * without a stack trace.
 */
export const main = async (): Promise<void> => {
  const context = readContext();
  try {
    const config = readConfig({
      values: context,
      file: typeof context.config === 'string' ? context.config : undefined,
    });
    process.stderr.write(`${config.name}: ${priceText(config)}\n`);
    await synthesise(config);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
};
