import { request as httpRequest } from 'node:http';
import { connect, constants, type IncomingHttpHeaders } from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Protocol } from '../../../serving-configs/manifest.ts';
import type { ConnectionFault } from '../model/fault.ts';
import type { ServingRequest } from '../stability/serving-request.ts';
import { grpcStatusName } from './grpc-status.ts';
import { framed } from './load-target.ts';

/** How a request is sent: as it should be, or with a fault. */
export type Sending = 'whole' | ConnectionFault;

/** What became of a request; see `BadAnswers`. */
export interface SentRequest {
  readonly answer: string;
  readonly tookMs: number;
}

/** A connection with one request on it. */
interface OpenRequest {
  readonly write: (part: Buffer) => void;
  /** Sends the last part; resolves when the system has all of it. */
  readonly end: (part: Buffer) => Promise<void>;
  readonly destroy: () => void;
  /** Resolves, never rejects. */
  readonly answered: Promise<string>;
}

const CLOSED = 'closed';

const openHttp = (origin: string, { path, headers, body }: ServingRequest): OpenRequest => {
  const request = httpRequest(origin + path, {
    method: 'POST',
    headers: { ...headers, 'content-length': body.length },
    agent: false,
  });
  const answered = new Promise<string>((resolve) => {
    request.on('response', (response) => {
      response.resume();
      response.once('end', () => resolve(String(response.statusCode)));
      response.once('close', () => resolve(CLOSED));
    });
    request.on('error', () => resolve(CLOSED));
  });
  return {
    write: (part) => void request.write(part),
    end: (part) => new Promise((resolve) => request.end(part, resolve)),
    destroy: () => void request.destroy(),
    answered,
  };
};

const openGrpc = (origin: string, { path }: ServingRequest): OpenRequest => {
  const session = connect(origin);
  session.on('error', () => undefined);
  const stream = session.request({
    [constants.HTTP2_HEADER_METHOD]: 'POST',
    [constants.HTTP2_HEADER_PATH]: path,
    [constants.HTTP2_HEADER_TE]: 'trailers',
    [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
  });
  const answered = new Promise<string>((resolve) => {
    const take = ({ 'grpc-status': status }: IncomingHttpHeaders): void => {
      if (typeof status === 'string') resolve(grpcStatusName(status));
    };
    stream.on('response', take);
    stream.on('trailers', take);
    stream.on('error', () => resolve(CLOSED));
    stream.on('close', () => resolve(CLOSED));
    stream.resume();
  });
  return {
    write: (part) => void stream.write(part),
    end: (part) => new Promise((resolve) => stream.end(part, resolve)),
    destroy: () => session.destroy(),
    answered,
  };
};

const SLOW_PIECES = 20;

const piecesOf = (bytes: Buffer, count: number): readonly Buffer[] => {
  const size = Math.ceil(bytes.length / count);
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
};

/**
 * Sends one request on a connection of its own, well or badly, and tells what it got; never rejects.
 *
 * @param overMs how long a slow sender takes for the body
 * @param over ends the wait for an answer
 */
export const sendBadly = async (
  origin: string,
  protocol: Protocol,
  request: ServingRequest,
  how: Sending,
  overMs: number,
  over: AbortSignal,
): Promise<SentRequest> => {
  const sentAtMs = performance.now();
  const bytes = protocol === 'grpc' ? framed(request.body) : request.body;
  const open = protocol === 'grpc' ? openGrpc(origin, request) : openHttp(origin, request);
  const isOver = new Promise<string>((resolve) => {
    over.addEventListener('abort', () => resolve('none'), { once: true });
  });
  const send = async (): Promise<string> => {
    if (how === 'half-body') open.write(bytes.subarray(0, bytes.length / 2));
    if (how === 'slow-sender') {
      const pieces = piecesOf(bytes, SLOW_PIECES);
      for (const piece of pieces.slice(0, -1)) {
        open.write(piece);
        await sleep(overMs / SLOW_PIECES, undefined, { signal: over });
      }
      await open.end(pieces.at(-1) ?? Buffer.alloc(0));
    }
    if (how === 'whole' || how === 'disconnect') await open.end(bytes);
    return how === 'disconnect' ? 'not awaited' : open.answered;
  };
  const answer = await Promise.race([
    send().catch(() => CLOSED),
    // A server may answer before it has read everything.
    open.answered,
    isOver,
  ]);
  open.destroy();
  return { answer, tookMs: performance.now() - sentAtMs };
};
