import type { WireAnswer } from '../../protocols/wire.ts';

const headers = { 'content-type': 'application/json' } as const;

/** An answer of the server's REST API, printed with four blanks. */
export const json = (status: number, value: unknown): WireAnswer => ({
  status,
  headers,
  body: `${JSON.stringify(value, null, 4)}\n`,
});

/** An error as the server prints it: `{ "error": "…" }`. */
export const error = (status: number, message: string): WireAnswer => ({
  status,
  headers,
  body: `{ "error": ${JSON.stringify(message)} }`,
});
