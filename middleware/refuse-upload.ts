import type { FastifyReply, FastifyRequest } from 'fastify';

import type { ErrorAnswer } from './error-answer.ts';

/** How long a refused client has to read why. */
const GRACE_MS = 1000;

/**
 * Answers a request whose body will not be read, and reads nothing more of it. Closing the connection at once would
 * not do: with bytes left unread the system resets it, and a client that still sends loses the answer. So the answer
 * goes out whole, the client's bytes stay where they are, and the connection closes a moment later.
 */
export const refuseUpload = (
  request: FastifyRequest,
  reply: FastifyReply,
  { status, body }: ErrorAnswer,
): void => {
  const text = Buffer.from(JSON.stringify(body));
  reply.hijack();
  request.raw.pause();
  reply.raw.writeHead(status, {
    connection: 'close',
    'content-type': 'application/json; charset=utf-8',
    'content-length': text.length,
  });
  reply.raw.write(text);
  const timer = setTimeout(() => {
    reply.raw.end();
  }, GRACE_MS);
  reply.raw.once('close', () => {
    clearTimeout(timer);
  });
};
