import { causeOf, messageOf } from '../../../serving-configs/options/usage-error.ts';

export { causeOf, messageOf };

/** An error that the user can fix. The message says what happened, the hint what to do. */
export class BenchError extends Error {
  override readonly name = 'BenchError';
  /** Stable, for programs: `BENCH_USAGE`. */
  readonly code: `BENCH_${string}`;
  readonly hint: string | undefined;
  /** Why a model refuses an input, if that is the problem. */
  readonly refusal: string | undefined;

  constructor(
    code: `BENCH_${string}`,
    message: string,
    options: {
      readonly hint?: string;
      readonly refusal?: string | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, options);
    this.code = code;
    this.hint = options.hint;
    this.refusal = options.refusal;
  }
}

/** The code of a system error, such as `ENOENT`; undefined for other errors. */
export const systemCodeOf = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;

/** Why a file or folder cannot be used. */
export const fileErrorText = (file: string, error: unknown): string => {
  const code = systemCodeOf(error);
  if (code === 'EISDIR') return `${file} is a folder`;
  return code === 'ENOENT' ? `there is no ${file}` : messageOf(error);
};

/** Why a folder cannot be used, whose name may be a plural. */
export const folderErrorText = (folder: string, error: unknown): string =>
  systemCodeOf(error) === 'ENOENT' ? `there is no folder ${folder}` : fileErrorText(folder, error);
