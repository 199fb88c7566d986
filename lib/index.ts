/**
 * serving-compare as a library: what the commands `run` and `report` do, for programs.
 *
 * @module
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { readCommandLine, type Options } from '../serving-configs/options/command.ts';
import { UsageError } from '../serving-configs/options/usage-error.ts';
import type { Comparison } from './bench/analysis/comparison/comparison.ts';
import type { Summary } from './bench/analysis/summary.ts';
import { compareFolders } from './bench/cli/comparison-result.ts';
import { runOptions } from './bench/cli/options.ts';
import { newRunFolder, runLocal } from './bench/cli/run-local.ts';
import { BenchError, fileErrorText } from './bench/model/errors.ts';

export { BenchError } from './bench/model/errors.ts';
export type { Change, Comparison } from './bench/analysis/comparison/comparison.ts';
export type { Summary } from './bench/analysis/summary.ts';

const {
  on: _on,
  pairs: _pairs,
  'run-id': _runId,
  detach: _detach,
  'end-nodes': _endNodes,
  'dry-run': _dryRun,
  json: _json,
  verbose: _verbose,
  ...localOptions
} = runOptions;

type CamelCase<Name> = Name extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<CamelCase<Rest>>}`
  : Name;

type Value = string | number | boolean;

/**
 * What to measure: the options of `serving-compare run` in camel case, with the values and units of the command line, such as
 * `{ target: ['a=http://127.0.0.1:8000', 'b=grpc://127.0.0.1:8001'], model: 'model.yaml', levels: '1,8', maxTime: '2m' }`. An array
 * repeats the option; `false` denies a flag.
 */
export type RunRequest = {
  readonly [Name in keyof typeof localOptions as CamelCase<Name>]?: Value | readonly Value[];
};

/** How a run is followed and ended. */
export interface RunControl {
  /** Ends the run in order; what was measured is kept, and `run({ resume: folder })` continues it. */
  readonly signal?: AbortSignal;
  /** Receives the lines that the command line shows, without colours. */
  readonly onText?: (text: string) => void;
}

/** A finished run. */
export interface Run {
  /** The folder of its report and records. */
  readonly folder: string;
  /** Whether the run is VALID and no `failIf` is true. */
  readonly passed: boolean;
  readonly summary: Summary;
}

const argumentsOf = (request: RunRequest): readonly string[] =>
  Object.entries(request).flatMap(([key, given]) => {
    const name = key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const values = (Array.isArray(given) ? given : [given]) as readonly (Value | undefined)[];
    return values
      .filter((value) => value !== undefined)
      .map((value) => {
        if (typeof value === 'boolean') return value ? `--${name}` : `--no-${name}`;
        return `--${name}=${value}`;
      });
  });

const readRequest = (request: RunRequest) => {
  const command = { name: 'run()', description: '', options: localOptions satisfies Options };
  try {
    const values = readCommandLine(command, argumentsOf(request));
    if (typeof values !== 'string') return values;
    throw new UsageError('run() has no help', 'see RunRequest');
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new BenchError('BENCH_USAGE', error.message, { hint: error.hint });
  }
};

/**
 * Measures on this machine and writes the report, like `serving-compare run`.
 *
 * @throws BenchError if it could not run: `code` for programs, `message` and `hint` for people. The reason of the signal if that is aborted.
 */
export const run = async (
  request: RunRequest,
  { signal = new AbortController().signal, onText = () => undefined }: RunControl = {},
): Promise<Run> => {
  const values = readRequest(request);
  const { resume, output = resume ?? newRunFolder(new Date(), values.profile ?? 'quick') } = values;
  const console = {
    out: onText,
    outPainted: onText,
    err: onText,
    outStyle: { color: false, width: 100 },
    errTerminal: undefined,
  };
  const exitCode = await runLocal(
    {
      ...values,
      output: resume === undefined ? output : undefined,
      on: 'local',
      pairs: undefined,
      'run-id': undefined,
      detach: false,
      'end-nodes': undefined,
      'dry-run': false,
      json: false,
      verbose: false,
    },
    { console, signal },
  );
  return { folder: output, passed: exitCode === 0, summary: await readSummary(output) };
};

/**
 * The summary of a run, from `summary.json` in its folder. The report of a run that was cut off is written by
 * `serving-compare report FOLDER`.
 *
 * @throws BenchError `BENCH_SUMMARY` if there is none that can be read.
 */
export const readSummary = async (folder: string): Promise<Summary> => {
  const file = path.join(folder, 'summary.json');
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Summary;
  } catch (error) {
    throw new BenchError('BENCH_SUMMARY', fileErrorText(file, error), {
      hint: `write it with: serving-compare report ${folder}`,
      cause: error,
    });
  }
};

/** How two runs are compared. */
export interface CompareRequest {
  /** Folder of `comparison.html`, `.md` and `.json`. Default: `results/comparison-BEFORE-AFTER`. */
  readonly output?: string;
  /** Words of changes that fail, as with `--fail-on`: `slower`, `undecided`, `withheld`. */
  readonly failOn?: readonly string[];
}

/**
 * Compares the folders of two runs from the same machine, like `serving-compare report BEFORE AFTER`.
 *
 * @returns the comparison, and whether both runs are VALID and no change is one of `failOn`
 * @throws BenchError if they cannot be compared
 */
export const compare = async (
  before: string,
  after: string,
  { output, failOn }: CompareRequest = {},
): Promise<{ readonly passed: boolean; readonly comparison: Comparison }> => {
  const { comparison, exitCode } = await compareFolders(before, after, {
    output,
    'fail-on': failOn,
  });
  return { passed: exitCode === 0, comparison };
};
