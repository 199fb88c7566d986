import type { IncomingMessage } from 'node:http';

import type { Visit } from './admission.ts';

/** Ends the parsing of a body, as Fastify wants it. */
type Done = (error: Error | null, body?: Buffer) => void;

/**
 * Receives a body as one buffer. Its memory counts for its visit as it arrives, and is free again as soon as the body is refused.
 * @param tooLarge - Creates the error for a body of more than `maxBytes`.
 */
export const receiveBody = (
  payload: IncomingMessage,
  visit: Visit,
  maxBytes: number,
  tooLarge: () => Error,
  done: Done,
): void => {
  if (Number(payload.headers['content-length']) > maxBytes) {
    done(tooLarge());
    return;
  }
  let pieces: Buffer[] = [];
  let length = 0;
  const stop = (): void => {
    payload.off('data', add).off('end', end).off('error', refuse);
  };
  const refuse = (error: Error): void => {
    stop();
    pieces = [];
    visit.leave();
    done(error);
  };
  const add = (piece: Buffer): void => {
    length += piece.length;
    if (length > maxBytes) {
      refuse(tooLarge());
      return;
    }
    const problem = visit.receive(piece.length);
    if (problem === undefined) pieces.push(piece);
    else refuse(problem);
  };
  const end = (): void => {
    stop();
    // A copy, because a piece may share the memory of its socket.
    const body = Buffer.concat(pieces, length);
    visit.received(length);
    done(null, body);
  };
  payload.on('data', add).on('end', end).on('error', refuse);
  visit.onSlow = refuse;
};
