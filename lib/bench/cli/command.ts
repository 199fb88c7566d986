import type { Console } from './console.ts';

/** What a command gets from the command line and the terminal. */
export interface CommandContext {
  /** What follows the command's name. */
  readonly args: readonly string[];
  readonly console: Console;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** A command returns the exit code; what ends it otherwise, it throws. */
export type Command = (context: CommandContext) => Promise<number>;

/** The options that every command has. */
export const commonOptionSpecs = {
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** JSON for programs. */
export const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
