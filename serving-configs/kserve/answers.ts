import { jsonAnswer, thenClosed } from '../fastapi/answers.ts';
import type { WireAnswer } from '../wire.ts';

/** An error as the server's handlers of exceptions write it. */
export const error = (status: number, message: string): WireAnswer =>
  jsonAnswer(status, { error: message });

/** For an exception of a kind that the server does not know; the words begin with its name. */
export const exception = (name: string, message: string): WireAnswer =>
  thenClosed(error(500, `${name} : ${message}`));

export const valueError = (message: string): WireAnswer => exception('ValueError', message);

export const unknownModel = (name: string): string => `Model with name ${name} does not exist.`;
export const notReady = (name: string): string => `Model with name ${name} is not ready.`;
