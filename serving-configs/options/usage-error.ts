import { types } from 'node:util';

/** The process cannot run as it was started. The hint says what to do about it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly hint: string;
  /** Why a model refuses an input, if that is the problem. */
  readonly refusal: string | undefined;

  constructor(
    message: string,
    hint: string,
    options: ErrorOptions & { readonly refusal?: string } = {},
  ) {
    super(message, options);
    this.hint = hint;
    this.refusal = options.refusal;
  }

  /** Message and hint, as the terminal shows them. */
  get lines(): string {
    return `error: ${this.message}\nhint:  ${this.hint}\n`;
  }
}

/** The message of anything that was thrown. */
export const messageOf = (error: unknown): string =>
  types.isNativeError(error) ? error.message : String(error);

/**
 * The message of the innermost cause of an error, or its code if it has no message. `fetch`, for one, only says that it failed; its cause
 * says why.
 */
export const causeOf = (error: unknown): string => {
  const { cause, message, code } = error as { cause?: unknown; message?: string; code?: string };
  return cause == null ? message || (code ?? String(error)) : causeOf(cause);
};
