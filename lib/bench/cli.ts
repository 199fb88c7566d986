import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BenchError } from './errors.ts';
import { jsonText, type Command } from './cli/command.ts';
import { createConsole, type Console } from './cli/console.ts';
import { commandNames, helpTexts, type CommandName } from './cli/help.ts';
import { INTERRUPTED_EXIT_CODE, isInterrupt, listenForInterrupts } from './cli/interrupts.ts';
import { oneOf, usageError } from './cli/usage.ts';
import { projectRoot } from './run/project-files.ts';

const COULD_NOT_RUN_EXIT_CODE = 2;

/** What is behind `--` is for another program. */
const asksForHelp = (args: readonly string[]): boolean =>
  args
    .slice(0, args.includes('--') ? args.indexOf('--') : undefined)
    .some((arg) => arg === '--help' || arg === '-h');

/** Loaded when it is called: `--help` need not wait for the clients of AWS. */
const loadCommand = async (name: CommandName): Promise<Command> => {
  switch (name) {
    case 'run':
      return (await import('./cli/run-command.ts')).runCommand;
    case 'plan':
      return (await import('./cli/plan-command.ts')).planCommand;
    case 'report':
      return (await import('./cli/report-command.ts')).reportCommand;
    case 'servings':
      return (await import('./cli/servings-command.ts')).servingsCommand;
    case 'setup':
      return (await import('./cli/setup-command.ts')).setupCommand;
    case 'serve':
      return (await import('./cli/serve-command.ts')).serveCommand;
    case 'status':
      return (await import('./cli/status-command.ts')).statusCommand;
    case 'fetch':
      return (await import('./cli/fetch-command.ts')).fetchCommand;
    case 'logs':
      return (await import('./cli/logs-command.ts')).logsCommand;
    case 'cancel':
      return (await import('./cli/cancel-command.ts')).cancelCommand;
    case 'extend':
      return (await import('./cli/extend-command.ts')).extendCommand;
    case 'doctor':
      return (await import('./cli/doctor-command.ts')).doctorCommand;
    case 'sweep':
      return (await import('./cli/sweep-command.ts')).sweepCommand;
    case 'deploy':
      return (await import('./cli/deploy-command.ts')).deployCommand;
    case 'node-run':
      return (await import('./cli/node-run-command.ts')).nodeRunCommand;
    case 'node-smoke':
      return (await import('./cli/node-smoke-command.ts')).nodeSmokeCommand;
    default:
      return name satisfies never;
  }
};

const version = async (): Promise<string> => {
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
  const [first, ...args] = argv;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    console.out(helpTexts.overview);
    return 0;
  }
  if (first === '--version') {
    console.out(`${await version()}\n`);
    return 0;
  }
  if (first.startsWith('-')) {
    throw usageError(
      `there is no command before ${first}`,
      `npx serving-compare run ${argv.join(' ')}`,
    );
  }
  const name = oneOf('command', first, commandNames);
  if (asksForHelp(args)) {
    console.out(helpTexts[name]);
    return 0;
  }
  const command = await loadCommand(name);
  return command({ args, console, signal });
};

const printError = (error: unknown, console: Console, json: boolean): void => {
  if (json) {
    const { code, message, hint } =
      error instanceof BenchError
        ? error
        : { code: 'BENCH_UNEXPECTED', message: String(error), hint: undefined };
    console.out(jsonText({ error: { code, message, ...(hint === undefined ? {} : { hint }) } }));
    return;
  }
  if (isInterrupt(error)) return;
  if (!(error instanceof BenchError)) {
    console.err(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return;
  }
  console.err(`error: ${error.message}\n`);
  if (error.hint !== undefined) console.err(`hint:  ${error.hint}\n`);
};

/**
 * The command `serving-compare`. Never rejects.
 *
 * @param argv the arguments behind the program's name
 * @returns the exit code: 0 done, 1 done with failures, 2 could not run, 130 interrupted
 */
export const main = async (argv: readonly string[]): Promise<number> => {
  const console = createConsole();
  const interrupts = listenForInterrupts();
  try {
    return await dispatch(argv, console, interrupts.signal);
  } catch (error) {
    printError(error, console, argv.includes('--json'));
    return isInterrupt(error) ? INTERRUPTED_EXIT_CODE : COULD_NOT_RUN_EXIT_CODE;
  } finally {
    interrupts.stop();
  }
};
