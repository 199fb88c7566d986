import type { DirectAnswer, WireAnswer } from '../wire.ts';

/** The name of the HTTP server below, in a header of every answer. */
const SERVER = { server: 'uvicorn' } as const;

/** @param json - As text. */
export const jsonTextAnswer = (
  status: number,
  json: string,
  headers: Readonly<Record<string, string>> = {},
): WireAnswer => ({
  status,
  headers: { ...SERVER, 'content-type': 'application/json', ...headers },
  body: json,
});

export const jsonAnswer = (
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): WireAnswer => jsonTextAnswer(status, JSON.stringify(value), headers);

/** Bytes of no declared type. */
export const untyped = (answer: WireAnswer): WireAnswer => ({
  ...answer,
  headers: { ...SERVER, ...answer.headers },
});

/**
 * The same answer for an exception that went through to the server. It closes the connection then; the real one does not say
 * so before.
 */
export const thenClosed = (answer: WireAnswer): WireAnswer => ({
  ...answer,
  headers: { ...answer.headers, connection: 'close' },
});

/** For an exception that nobody handles. */
export const crashed = (): WireAnswer =>
  thenClosed({
    status: 500,
    headers: { ...SERVER, 'content-type': 'text/plain; charset=utf-8' },
    body: 'Internal Server Error',
  });

export const answered = (answer: WireAnswer): DirectAnswer => ({ kind: 'answer', answer });

/** For a path that no route has. */
export const notFound = (): DirectAnswer => answered(jsonAnswer(404, { detail: 'Not Found' }));

/** @param allowed - The method that the route has. */
export const methodNotAllowed = (allowed: string): DirectAnswer =>
  answered(jsonAnswer(405, { detail: 'Method Not Allowed' }, { allow: allowed }));
