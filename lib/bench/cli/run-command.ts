import type { Command } from './command.ts';
import type { runOptions } from './options.ts';
import { assertCiFolder } from './run-result.ts';

/** Runs or resumes a plan, here or on AWS, and writes the report. */
export const runCommand: Command<typeof runOptions> = async (values, context) => {
  await assertCiFolder(values);
  // Neither waits for what only the other needs.
  return values.on === 'aws'
    ? (await import('./run-aws.ts')).runAws(values, context)
    : (await import('./run-local.ts')).runLocal(values, context);
};
