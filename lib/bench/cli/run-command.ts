import type { Command } from './command.ts';
import { demandPlace, RUN_PLACES, runOptionSpecs } from './run-options.ts';
import { demandWords, oneOf, parseCommandLine } from './usage.ts';

/** Runs a plan, here or on AWS, or goes on with one, and writes the report. */
export const runCommand: Command = async (context) => {
  const { values, positionals } = parseCommandLine(context.args, runOptionSpecs, 'run');
  demandWords(positionals, 0, 'run');
  const place = oneOf('place to run', values.on ?? 'local', RUN_PLACES);
  demandPlace(place, values);
  // Neither waits for what only the other needs.
  return place === 'aws'
    ? (await import('./run-aws.ts')).runAws(values, context)
    : (await import('./run-local.ts')).runLocal(values, context);
};
