import type { OutgoingHttpHeaders } from 'node:http';

import type { FastifyReply, FastifyRequest } from 'fastify';

import type { ErrorAnswer } from './error-answer.ts';

/** Time that a refused client has to read the answer. */
const GRACE_MS = 1000;

/**
 * Answers a request without reading the rest of its body. If the connection were closed at once, the system would reset it
 * because of the unread bytes, and a client that is still sending would lose the answer. So the answer is sent first, and
 * the connection closes a moment later.
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
    ...(reply.getHeaders() as OutgoingHttpHeaders),
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
