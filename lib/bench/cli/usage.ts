import { parseArgs, type ParseArgsConfig } from 'node:util';
import { BenchError, messageOf, systemCodeOf } from '../errors.ts';
import { suggest } from '../../suggest.ts';

/** The options of a command, as `node:util` takes them. */
export type OptionSpecs = NonNullable<ParseArgsConfig['options']>;

/** An error in what was typed. */
export const usageError = (message: string, hint: string): BenchError =>
  new BenchError('BENCH_USAGE', message, { hint });

/**
 * One of a list of words.
 *
 * @throws BenchError that lists them, or names the one that was probably meant.
 */
export const oneOf = <Word extends string>(
  what: string,
  word: string,
  known: readonly Word[],
): Word => {
  const found = known.find((candidate) => candidate === word);
  if (found !== undefined) return found;
  const near = suggest(word, known);
  throw usageError(
    `there is no ${what} "${word}"`,
    near === undefined ? `use one of ${known.join(', ')}` : `did you mean ${near}?`,
  );
};

/** A word the parser did not know, from its message. */
const unknownOption = (error: unknown): string | undefined =>
  systemCodeOf(error) === 'ERR_PARSE_ARGS_UNKNOWN_OPTION'
    ? /'(-[^' ]*)/.exec(messageOf(error))?.[1]
    : undefined;

/**
 * Parses what follows a command; options and words may be mixed.
 *
 * @throws BenchError on options that the command does not have, or that lack their value.
 */
export const parseCommandLine = <Specs extends OptionSpecs>(
  args: readonly string[],
  options: Specs,
  command: string,
) => {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (error) {
    const typed = unknownOption(error);
    const see = `see "npx serving-compare ${command} --help"`;
    if (typed === undefined) {
      throw usageError(messageOf(error).split('. ')[0] ?? messageOf(error), see);
    }
    const near = suggest(typed.replace(/^-+/, ''), Object.keys(options));
    throw usageError(
      `"serving-compare ${command}" has no option ${typed}`,
      near === undefined ? see : `did you mean --${near}?`,
    );
  }
};

/** @throws BenchError where there are more words than the command takes. */
export const demandWords = (words: readonly string[], most: number, command: string): void => {
  const extra = words[most];
  if (extra !== undefined) {
    throw usageError(
      `"serving-compare ${command}" takes no "${extra}"`,
      `see "npx serving-compare ${command} --help"`,
    );
  }
};
