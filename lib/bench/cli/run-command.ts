import type { Command } from './command.ts';
import type { runOptions } from './options.ts';

/** Runs a plan, here or on AWS, or goes on with one, and writes the report. */
export const runCommand: Command<typeof runOptions> = async (values, context) =>
  // Neither waits for what only the other needs.
  values.on === 'aws'
    ? (await import('./run-aws.ts')).runAws(values, context)
    : (await import('./run-local.ts')).runLocal(values, context);
