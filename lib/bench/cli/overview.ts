import { servingNames } from '../../../serving-configs/index.ts';
import { exitCodeLines, inColumns } from '../../../serving-configs/options/help.ts';
import { commands, RUN_EXIT_CODES } from './commands.ts';

const [first, second] = servingNames;

const listed = (list: 'here' | 'on AWS'): string =>
  inColumns(
    Object.entries<{ readonly summary: string; readonly list?: string }>(commands)
      .filter(([, entry]) => entry.list === list)
      .map(([name, { summary }]) => [name, summary]),
  );

/** What `serving-compare --help` prints. */
export const overview = `serving-compare compares ways of serving a neural network, on this machine or on node pairs in AWS

usage: serving-compare COMMAND [options]

${listed('here')}
on AWS
${listed('on AWS')}
  --help     also after a command: its options
  --version

examples
  npx serving-compare run
  npx serving-compare run --servings ${first},${second} --levels 1,8
  npx serving-compare run --resume results/2026-01-31T12-00-00-quick
  npx serving-compare serve ${first}

exit codes
${exitCodeLines(RUN_EXIT_CODES)}`;
