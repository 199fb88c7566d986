import type { WireAnswer } from '../wire.ts';

export const PLAIN = 'text/plain';

/**
 * An error as Triton writes it. Its core answers with the type of JSON, its HTTP layer and its backends with that of
 * plain text; the body is JSON either way.
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
