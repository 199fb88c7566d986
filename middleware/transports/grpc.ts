import { connect } from 'node:http2';
import type { ClientHttp2Session } from 'node:http2';

import { UpstreamUnavailable } from '../errors.ts';
import type { GrpcCodec, ServingRequest, ServingResponse } from '../servings/serving.ts';
import { GrpcCall } from './grpc-call.ts';
import { callErrorOf } from './grpc-errors.ts';
import { DeadlineExceeded } from './answer-under-way.ts';
import type { AnswerLimits } from './answer-under-way.ts';
import type { Transport } from './transport.ts';

export interface GrpcTransportOptions extends AnswerLimits {
  readonly serving: string;
  /** Base URL of the serving. */
  readonly origin: string;
  /** How many connections are kept at most; a call goes to the one with the fewest of them. */
  readonly connections?: number;
  /** A connection for each call, opened for it and closed behind it, in the place of those that are kept. */
  readonly isChannelPerCall?: boolean;
  readonly meaningOf?: GrpcCodec['meaningOf'];
}

/** One connection sends its calls frame by frame and within one window, so that a few share out what is under way. */
const CONNECTIONS = 4;
/** Answers are small; a serving need not wait for room. */
const WINDOW_BYTES = 2 ** 20;
/**
 * Node refuses a call on a connection whose calls hold more than this, in MB, and says that the serving were overloaded. Its
 * own limit of 10 is less than one large image as a tensor; what may be under way is bounded by the admission.
 */
const SESSION_MEGABYTES = 4096;

/** A connection and what is under way on it. */
interface Lane {
  session: ClientHttp2Session | undefined;
  /** Why the last connection ended, where it did not end in peace. */
  fault: Error | undefined;
  inFlight: number;
}

const newLane = (): Lane => ({ session: undefined, fault: undefined, inFlight: 0 });

/**
 * Long-lived connections to one serving, made when they are first needed and again when they have ended. Knows nothing of
 * the messages that it carries.
 *
 * On Node's HTTP/2 and not on @grpc/grpc-js: that library copies every message into a new buffer, which for a tensor of
 * 600 kB costs more than all the rest of the call (test/bench/README.md has the figures).
 */
export class GrpcTransport implements Transport {
  readonly #options: GrpcTransportOptions;
  readonly #lanes: readonly [Lane, ...Lane[]];
  /** Those of single calls. */
  readonly #ownLanes = new Set<Lane>();
  #isClosed = false;

  constructor(options: GrpcTransportOptions) {
    this.#options = options;
    const others = Array.from({ length: (options.connections ?? CONNECTIONS) - 1 }, newLane);
    this.#lanes = [newLane(), ...others];
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
      // The serving is done with the message. After a failure the connection may still read from it.
      request.release?.();
      return answer;
    } catch (error) {
      // Who is gone without a word stays silent on this connection. Others that wait on it may still be answered.
      if (error instanceof DeadlineExceeded) lane.session?.close();
      // A stream says only that it ended with its connection; that knows why.
      const cause = isCancelled(error) ? (lane.fault ?? error) : error;
      throw callErrorOf(cause, { serving, timeoutMs, stage: call.stage, meaningOf });
    } finally {
      if (this.#ownLanes.delete(lane)) lane.session?.close();
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { session } of [...this.#lanes, ...this.#ownLanes]) session?.destroy();
  }

  #laneForCall(): Lane {
    if (this.#options.isChannelPerCall !== true) return this.#freestLane();
    const own = newLane();
    this.#ownLanes.add(own);
    return own;
  }

  #freestLane(): Lane {
    let [best] = this.#lanes;
    for (const lane of this.#lanes) {
      if (lane.inFlight < best.inFlight) best = lane;
    }
    return best;
  }

  #sessionOf(lane: Lane): ClientHttp2Session {
    const { session } = lane;
    if (session !== undefined && !session.closed && !session.destroyed) return session;
    const fresh = connect(this.#options.origin, {
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
