import { connect } from 'node:http2';
import type { ClientHttp2Session } from 'node:http2';

import { trusting } from '../../serving-configs/tls.ts';
import { UpstreamUnavailable } from '../errors.ts';
import type { Codec, ServingRequest, ServingResponse } from '../servings/serving.ts';
import { GrpcCall } from './grpc-call.ts';
import { callErrorOf } from './grpc-errors.ts';
import { DeadlineExceeded } from './pending-answer.ts';
import type { AnswerLimits } from './pending-answer.ts';
import type { Transport } from './transport.ts';

export interface GrpcTransportOptions extends AnswerLimits {
  readonly serving: string;
  /** Base URL of the serving. */
  readonly origin: string;
  /** Number of connections to keep; a call takes the one with the fewest calls. */
  readonly connections?: number;
  /** Whether each call opens and closes its own connection instead. */
  readonly isChannelPerCall?: boolean;
  readonly meaningOf?: Codec['meaningOf'];
  /** A PEM file with authorities that an `https` origin may have its certificate from, besides those that Node knows. */
  readonly caFile?: string | undefined;
}

/** The calls of one connection take turns frame by frame and share one flow-control window, so a few connections are kept. */
const CONNECTIONS = 4;
/** Large enough for any usual answer, so that the serving never waits for a window update. */
const WINDOW_BYTES = 2 ** 20;
/**
 * `maxSessionMemory` in MB. Node fails a call on a connection that holds more as if the serving were overloaded. Its default
 * of 10 MB is less than one large image as a tensor; the admission already limits the memory of all calls.
 */
const SESSION_MEGABYTES = 4096;

/** A place for one connection, which is opened when it is first needed and again when it has ended. */
interface Lane {
  session: ClientHttp2Session | undefined;
  /** Why the last connection ended, if it ended with an error. */
  fault: Error | undefined;
  inFlight: number;
}

const newLane = (): Lane => ({ session: undefined, fault: undefined, inFlight: 0 });

/**
 * The gRPC connections to one serving. Knows nothing about the messages.
 *
 * It uses Node's HTTP/2 instead of @grpc/grpc-js, because that library copies every message into a new buffer. For a tensor
 * of 600 kB, the copy costs more than the rest of the call (test/bench/README.md has the figures).
 */
export class GrpcTransport implements Transport {
  readonly #options: GrpcTransportOptions;
  readonly #lanes: readonly [Lane, ...Lane[]];
  /** Lanes with a connection for a single call. */
  readonly #singleCallLanes = new Set<Lane>();
  #isClosed = false;

  constructor(options: GrpcTransportOptions) {
    this.#options = options;
    const count = options.connections ?? CONNECTIONS;
    this.#lanes = [newLane(), ...Array.from({ length: count - 1 }, newLane)];
  }

  async send(
    request: ServingRequest,
    onStart: (abort: (reason: Error) => void) => void,
  ): Promise<ServingResponse> {
    const { serving, timeoutMs, meaningOf } = this.#options;
    if (this.#isClosed) throw new UpstreamUnavailable(serving, 'closed');
    const lane = this.#laneForCall();
    lane.inFlight += 1;
    const call = new GrpcCall(this.#sessionOf(lane), request, this.#options, () => {
      lane.inFlight -= 1;
    });
    onStart((reason) => {
      call.abort(reason);
    });
    try {
      const answer = await call.result;
      // The serving has read the whole message. After a failure, the connection may still be reading from it.
      request.release?.();
      return answer;
    } catch (error) {
      // The connection may be dead, so it gets no new calls. Calls that wait on it may still be answered.
      if (error instanceof DeadlineExceeded) lane.session?.close();
      // A cancelled stream only tells that its connection ended; the connection knows why.
      const cause = isCancelled(error) ? (lane.fault ?? error) : error;
      throw callErrorOf(cause, { serving, timeoutMs, stage: call.stage, meaningOf });
    } finally {
      if (this.#singleCallLanes.delete(lane)) lane.session?.close();
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { session } of [...this.#lanes, ...this.#singleCallLanes]) session?.destroy();
  }

  #laneForCall(): Lane {
    if (this.#options.isChannelPerCall !== true) return this.#freestLane();
    const lane = newLane();
    this.#singleCallLanes.add(lane);
    return lane;
  }

  #freestLane(): Lane {
    return this.#lanes.reduce((best, lane) => (lane.inFlight < best.inFlight ? lane : best));
  }

  #sessionOf(lane: Lane): ClientHttp2Session {
    const { session } = lane;
    if (session !== undefined && !session.closed && !session.destroyed) return session;
    const fresh = connect(this.#options.origin, {
      ...trusting(this.#options.caFile),
      maxSessionMemory: SESSION_MEGABYTES,
      settings: { enablePush: false, initialWindowSize: WINDOW_BYTES },
    });
    lane.session = fresh;
    lane.fault = undefined;
    fresh.on('error', (error: Error) => {
      if (lane.session === fresh) lane.fault = error;
    });
    return fresh;
  }
}

const isCancelled = (error: unknown): boolean =>
  (error as { readonly code?: unknown } | undefined)?.code === 'ERR_HTTP2_STREAM_CANCEL';
