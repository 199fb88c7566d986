import path from 'node:path';
import { Annotations, App } from 'aws-cdk-lib';
import { projectArchives } from './bundle/bundle.ts';
import { ConfigError, readConfig, type DeploymentConfig } from './config/index.ts';
import { priceText } from './prices/price-text.ts';
import { createStacks } from './stacks/create-stacks.ts';

const root = path.resolve(import.meta.dirname, '../..');

type AppContext = Readonly<Record<string, unknown>>;

/** Reads the context that the CDK command line passes: options of this project and flags of CDK. */
const readContext = (): AppContext =>
  new App({ autoSynth: false }).node.getAllContext() as AppContext;

/** Looks up zones and AMIs. If AWS does not tell them, returns the configuration as it is, and the reason. */
const lookUp = async (
  config: DeploymentConfig,
): Promise<{ readonly config: DeploymentConfig; readonly problem?: string }> => {
  // Imported here, because loading the AWS clients takes half a second.
  const { completeConfig } = await import('./lookups/complete-config.ts');
  try {
    return { config: await completeConfig(config) };
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const problem = `AWS did not say which zones offer the instance types, or which AMIs there are (${String(error)}): give availabilityZone, servingAmi and middlewareAmi in the configuration, or set AWS_PROFILE instead of --profile`;
    return { config, problem };
  }
};

/** Whether zone and AMIs are given, so that AWS need not be asked. */
const isComplete = (config: DeploymentConfig): boolean =>
  config.areZonesGiven &&
  config.otherAvailabilityZones.length === 0 &&
  config.servingAmi !== undefined &&
  config.middlewareAmi !== undefined;

const synthesise = async (given: DeploymentConfig): Promise<void> => {
  // Set by the CDK command line if there are credentials.
  const account = process.env.CDK_DEFAULT_ACCOUNT;
  const { config, problem } =
    account === undefined || isComplete(given) ? { config: given } : await lookUp(given);
  // A test shows that the rules of CloudFormation hold for all configurations. Checking them at each synthesis would take longer
  // than everything else together.
  const app = new App({ builtinCloudFormationValidation: false });
  const { base } = createStacks(app, config, projectArchives(root, config.models), account);
  // An annotation stops "cdk deploy" but not "cdk destroy"; a thrown error would stop both.
  if (problem !== undefined) Annotations.of(base).addError(problem);
  app.synth();
};

/** Reads the configuration, prints its price to stderr, and synthesises the stacks. Prints configuration errors without a stack trace. */
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
