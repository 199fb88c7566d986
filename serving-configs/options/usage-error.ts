import { types } from 'node:util';

/** Says that the process cannot run as it was started, and what to do about it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly hint: string;

  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.hint = hint;
  }

  /** As a terminal shows it. */
  get lines(): string {
    return `error: ${this.message}\nhint:  ${this.hint}\n`;
  }
}

/** The message of whatever was thrown. */
export const messageOf = (error: unknown): string =>
  types.isNativeError(error) ? error.message : String(error);
