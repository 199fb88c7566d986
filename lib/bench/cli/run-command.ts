import type { Command } from './command.ts';
import type { runOptions } from './options.ts';
import { assertCiFolder } from './run-result.ts';

/** Runs or resumes a plan on this machine or on AWS, and writes the report. */
export const runCommand: Command<typeof runOptions> = async (values, context) => {
  await assertCiFolder(values);
  // Imported here, so that a local run does not load the AWS clients.
  return values.on === 'aws'
    ? (await import('./aws/run-on-aws.ts')).runOnAws(values, context)
    : (await import('./run-local.ts')).runLocal(values, context);
};
