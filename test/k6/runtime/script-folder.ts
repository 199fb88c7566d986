import { dirname } from 'node:path';

/** The folder of the script that runs: the last word of the command line. */
export const scriptFolder = (): string => dirname(process.argv.at(-1) ?? '.');
