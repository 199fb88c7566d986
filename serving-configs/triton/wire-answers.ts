import type { WireAnswer } from '../wire.ts';

export const PLAIN = 'text/plain';

/**
 * An error as Triton writes it. What is found before the body of an inference is looked at has the type of plain text, what is
 * found in it that of JSON; the body is JSON either way.
 */
export const error = (
  status: number,
  message: string,
  contentType = 'application/json',
): WireAnswer => ({
  status,
  headers: { 'content-type': contentType },
  body: JSON.stringify({ error: message }),
});
