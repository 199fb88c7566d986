import path from 'node:path';
import { App } from 'aws-cdk-lib';
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

const synthesise = async (config: Config, context: Context): Promise<void> => {
  // The command line of CDK sets it where there are credentials.
  const account = process.env.CDK_DEFAULT_ACCOUNT;
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
  createStacks(app, config, archives, account);
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
