import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect, constants, type IncomingHttpHeaders } from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import { endpointAt, trusting } from '../../../serving-configs/tls.ts';
import type { ConnectionFault } from '../model/fault.ts';
import type { ServableRequest } from '../stability/bad-request.ts';
import { grpcStatusName } from './grpc-status.ts';
import { framed, type LoadTarget } from './job.ts';

/** How a request is sent: in full, or with a fault of the connection. */
export type Sending = 'whole' | ConnectionFault;

/** How a request was answered; see `BadAnswers`. */
export interface SentRequest {
  readonly answer: string;
  readonly tookMs: number;
}

/** Where bad requests go. */
type BadTarget = Pick<LoadTarget, 'origin' | 'protocol' | 'caFile'>;

/** A connection with a single request on it. */
interface OpenRequest {
  readonly write: (part: Buffer) => void;
  /** Sends the last part, and resolves when the operating system has taken it. */
  readonly end: (part: Buffer) => Promise<void>;
  readonly destroy: () => void;
  /** The status of the answer, or `closed`. Never rejects. */
  readonly answered: Promise<string>;
}

const CLOSED = 'closed';

const openHttp = (
  { origin, caFile }: BadTarget,
  { path, headers, body }: ServableRequest,
): OpenRequest => {
  const { isTls } = endpointAt(origin);
  const request = (isTls ? httpsRequest : httpRequest)(origin + path, {
    method: 'POST',
    headers: { ...headers, 'content-length': body.length },
    agent: false,
    ...(isTls && trusting(caFile)),
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

const openGrpc = ({ origin, caFile }: BadTarget, { path }: ServableRequest): OpenRequest => {
  const session = connect(origin, trusting(caFile));
  session.on('error', () => undefined);
  const stream = session.request({
    [constants.HTTP2_HEADER_METHOD]: 'POST',
    [constants.HTTP2_HEADER_PATH]: path,
    [constants.HTTP2_HEADER_TE]: 'trailers',
    [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
  });
  const answered = new Promise<string>((resolve) => {
    const readStatus = ({ 'grpc-status': status }: IncomingHttpHeaders): void => {
      if (typeof status === 'string') resolve(grpcStatusName(status));
    };
    stream.on('response', readStatus);
    stream.on('trailers', readStatus);
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

const sendSlowly = async (
  open: OpenRequest,
  bytes: Buffer,
  bodyMs: number,
  signal: AbortSignal,
): Promise<void> => {
  const size = Math.ceil(bytes.length / SLOW_PIECES);
  for (let piece = 0; piece < SLOW_PIECES - 1; piece += 1) {
    open.write(bytes.subarray(piece * size, (piece + 1) * size));
    await sleep(bodyMs / SLOW_PIECES, undefined, { signal });
  }
  await open.end(bytes.subarray((SLOW_PIECES - 1) * size));
};

/** Sends the bytes of a request in each way, and returns how it was answered. */
const sendings: Readonly<
  Record<
    Sending,
    (open: OpenRequest, bytes: Buffer, bodyMs: number, signal: AbortSignal) => Promise<string>
  >
> = {
  whole: async (open, bytes) => {
    await open.end(bytes);
    return open.answered;
  },
  'half-body': async (open, bytes) => {
    open.write(bytes.subarray(0, bytes.length / 2));
    return open.answered;
  },
  'slow-sender': async (open, bytes, bodyMs, signal) => {
    await sendSlowly(open, bytes, bodyMs, signal);
    return open.answered;
  },
  disconnect: async (open, bytes) => {
    await open.end(bytes);
    return 'not awaited';
  },
};

/**
 * Sends a request on a connection of its own, in full or with a fault, and returns how it was answered. Never rejects.
 *
 * @param bodyMs how long a slow sender takes for the body
 * @param signal ends the wait for an answer
 */
export const sendBadly = async (
  target: BadTarget,
  request: ServableRequest,
  sending: Sending,
  bodyMs: number,
  signal: AbortSignal,
): Promise<SentRequest> => {
  const sentAtMs = performance.now();
  const isGrpc = target.protocol === 'grpc';
  const bytes = isGrpc ? framed(request.body) : request.body;
  const open = isGrpc ? openGrpc(target, request) : openHttp(target, request);
  const aborted = new Promise<string>((resolve) => {
    signal.addEventListener('abort', () => resolve('none'), { once: true });
  });
  const answer = await Promise.race([
    sendings[sending](open, bytes, bodyMs, signal).catch(() => CLOSED),
    // A server may answer before it has read everything.
    open.answered,
    aborted,
  ]);
  open.destroy();
  return { answer, tookMs: performance.now() - sentAtMs };
};
