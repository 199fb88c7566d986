import path from 'node:path';
import { App } from 'aws-cdk-lib';
import { projectArchives } from './bundle/project-archives.ts';
import { addChecks } from './checks.ts';
import { ConfigError, readConfig } from './config.ts';
import { priceText } from './price-text.ts';
import { createStacks } from './stacks.ts';

const root = path.resolve(import.meta.dirname, '..');

/** Reads the configuration, says on stderr what it costs, and synthesises. Problems are printed, without a stack trace. */
export const main = (): void => {
  const app = new App();
  const values = app.node.getAllContext() as Readonly<Record<string, unknown>>;
  try {
    const config = readConfig({
      values,
      ...(typeof values.config === 'string' ? { file: values.config } : {}),
    });
    createStacks(app, config, projectArchives(root, config.models));
    process.stderr.write(`${config.name}: ${priceText(config)}\n`);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
    return;
  }
  addChecks(app);
  app.synth();
};
