import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { servingNames } from '../../serving-configs/index.ts';
import { readCommandLine } from '../../serving-configs/options/command.ts';
import { exitCodeLines, helpOf, inColumns } from '../../serving-configs/options/help.ts';
import { choice } from '../../serving-configs/options/kinds.ts';
import { UsageError } from '../../serving-configs/options/usage-error.ts';
import {
  type Console,
  createConsole,
  jsonText,
  RUN_EXIT_CODES,
  usageError,
} from './cli/command.ts';
import { commandLists, commandNames, loadCommand } from './cli/commands.ts';
import { INTERRUPTED_EXIT_CODE, isInterrupt, listenForInterrupts } from './cli/interrupts.ts';
import { BenchError } from './model/errors.ts';
import { projectRoot } from '../../serving-configs/installation.ts';
import { commandLines, hangingLines } from './wording/text-layout.ts';

const [firstServing, secondServing] = servingNames;

const listText = (list: keyof typeof commandLists): string =>
  inColumns(Object.entries(commandLists[list]).map(([name, { summary }]) => [name, summary]));

/** The text of `serving-compare --help`. */
const overview = `serving-compare compares ways of serving a neural network, on this machine
or on node pairs in AWS

usage: serving-compare COMMAND [options]

${listText('here')}
on AWS
${listText('on AWS')}
  --help     also after a command: its options
  --version

examples
  npx serving-compare run
  npx serving-compare run --servings ${firstServing},${secondServing} --levels 1,8
  npx serving-compare run --resume results/2026-01-31T12-00-00-quick
  npx serving-compare serve ${firstServing}

exit codes
${exitCodeLines(RUN_EXIT_CODES)}`;

const COULD_NOT_RUN_EXIT_CODE = 2;

/** The commands that people type; the others are for the runner of a node. */
const listedCommand = choice(
  'command',
  commandNames.filter((name) => Object.values(commandLists).some((list) => name in list)),
);

/** What other programs call our commands. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['compare', 'npx serving-compare report BEFORE AFTER'],
  ['list', 'npx serving-compare servings'],
]);

const readVersion = async (): Promise<string> => {
  const manifest = JSON.parse(await readFile(join(projectRoot, 'package.json'), 'utf8')) as {
    readonly version: string;
  };
  return manifest.version;
};

const dispatch = async (
  argv: readonly string[],
  console: Console,
  signal: AbortSignal,
): Promise<number> => {
  const [first = '--help', ...args] = argv;
  if (first === 'help' && args[0]?.startsWith('-') === false) {
    const [command, ...more] = args;
    return dispatch([command, '--help', ...more], console, signal);
  }
  if (['--help', '-h', 'help'].includes(first)) {
    console.out(overview);
    return 0;
  }
  if (['--version', '-v', '-V'].includes(first)) {
    console.out(`${await readVersion()}\n`);
    return 0;
  }
  if (first.startsWith('-')) {
    throw usageError(
      `there is no command before ${first}`,
      `npx serving-compare run ${argv.join(' ')}`,
    );
  }
  const hint = OTHER_NAMES.get(first);
  if (hint !== undefined) throw usageError(`there is no command "${first}"`, hint);
  const name = commandNames.find((known) => known === first);
  const command = await loadCommand(name ?? listedCommand.read(first));
  const values = readCommandLine(command, args, command.fromEnvironment?.(process.env));
  if (typeof values === 'string') {
    console.out(helpOf(command, values, console.outStyle.width));
    return 0;
  }
  return command.run(values, { console, signal });
};

/** The error of a package that is not installed; undefined for other errors. */
const missingPackage = (error: unknown): BenchError | undefined => {
  const { code, message } = error as NodeJS.ErrnoException;
  const isMissing = code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND';
  const [, name] = (isMissing && /'(@aws-sdk\/[^']+)'/.exec(message)) || [];
  if (name === undefined) return undefined;
  return new BenchError('BENCH_NEEDS_CLONE', `AWS needs ${name}, which is not installed`, {
    hint: 'AWS is used from a clone of the project, in which "npm ci" installs it; this package measures on one machine',
    cause: error,
  });
};

const printError = (error: unknown, console: Console, json: boolean): void => {
  if (json) {
    const { code, message, hint } =
      error instanceof BenchError
        ? error
        : { code: 'BENCH_UNEXPECTED', message: String(error), hint: undefined };
    console.out(jsonText({ error: { code, message, hint } }));
    return;
  }
  if (isInterrupt(error)) return;
  if (!(error instanceof BenchError)) {
    console.err(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return;
  }
  const { errTerminal: terminal } = console;
  // Not wrapped in a file or a pipe, where people search for the message.
  const lines = terminal && hangingLines('error: ', error.message, terminal.width());
  console.err(`${lines?.join('\n') ?? `error: ${error.message}`}\n`);
  if (error.hint !== undefined) console.err(`${commandLines('hint:  ', error.hint).join('\n')}\n`);
};

/**
 * Runs `serving-compare`. Prints errors instead of rejecting.
 *
 * @param argv the arguments after the program's name
 * @returns the exit code: 0 done, 1 done with failures, 2 could not run, 130 interrupted
 */
export const main = async (
  argv: readonly string[],
  console: Console = createConsole(),
): Promise<number> => {
  const interrupts = listenForInterrupts();
  try {
    return await dispatch(argv, console, interrupts.signal);
  } catch (error) {
    const reported =
      error instanceof UsageError
        ? usageError(error.message, error.hint)
        : (missingPackage(error) ?? error);
    printError(reported, console, argv.includes('--json'));
    return isInterrupt(error) ? INTERRUPTED_EXIT_CODE : COULD_NOT_RUN_EXIT_CODE;
  } finally {
    interrupts.stop();
  }
};
