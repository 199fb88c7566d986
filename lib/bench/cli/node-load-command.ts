import { BenchError } from '../errors.ts';
import { isLate } from '../load/start-time.ts';
import { runLoadJob } from '../node/run-load-job.ts';
import { defaultImagesDir } from '../run/project-files.ts';
import type { Command } from './command.ts';
import { demandWords, parseCommandLine, usageError } from './usage.ts';

const specs = {
  help: { type: 'boolean', short: 'h' },
  folder: { type: 'string' },
} as const;

/** As the runner knows it from `run-load.sh`. */
const LATE_EXIT_CODE = 3;

/** Runs the job of a load node. Called by the document RunLoad, not by people. */
export const nodeLoadCommand: Command = async ({ args, console, signal }) => {
  const { values, positionals } = parseCommandLine(args, specs, 'node-load');
  demandWords(positionals, 0, 'node-load');
  if (values.folder === undefined) {
    throw usageError('--folder is missing', 'see "npx serving-compare node-load --help"');
  }
  try {
    await runLoadJob(values.folder, defaultImagesDir, signal);
    return 0;
  } catch (error) {
    if (!(error instanceof BenchError) || !isLate(error.message)) throw error;
    console.err(`${error.message}\n`);
    return LATE_EXIT_CODE;
  }
};
