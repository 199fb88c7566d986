import { Client, connectivityState, credentials, Metadata } from '@grpc/grpc-js';
import type { ChannelOptions, ServiceError } from '@grpc/grpc-js';

import type { GrpcCodec, ServingRequest, ServingResponse } from '../servings/serving.ts';
import { callErrorOf } from './grpc-errors.ts';
import type { Transport } from './transport.ts';

export interface GrpcTransportOptions {
  readonly serving: string;
  /** Base URL of the serving; only its host and port count. */
  readonly origin: string;
  /** From the moment the request is handed over to the end of the answer, connecting included. */
  readonly timeoutMs: number;
  /** How many connections are kept; the calls go to the one with the fewest of them. */
  readonly channels?: number;
  readonly meaningOf?: GrpcCodec['meaningOf'];
}

/** One HTTP/2 connection carries its calls one frame after the other, so that several share out what is under way. */
const CHANNELS = 4;
const MAX_ANSWER_BYTES = 16 * 2 ** 20;

const channelOptions: ChannelOptions = {
  // Else channels to one address would share a connection.
  'grpc.use_local_subchannel_pool': 1,
  // A repeated call would hide what the serving did to the first.
  'grpc.enable_retries': 0,
  'grpc.enable_http_proxy': 0,
  'grpc.service_config_disable_resolution': 1,
  'grpc.max_send_message_length': -1,
  'grpc.max_receive_message_length': MAX_ANSWER_BYTES,
  // Bookkeeping for a debugger that nobody attaches.
  'grpc.enable_channelz': 0,
};

interface Lane {
  client: Client;
  inFlight: number;
}

const asTheyAre = (bytes: Buffer): Buffer => bytes;

/** The one message of a call; several parts become one, since the client takes nothing else. */
const messageOf = ({ body }: ServingRequest): Buffer => {
  const [only] = body;
  return only !== undefined && body.length === 1
    ? Buffer.from(only.buffer, only.byteOffset, only.byteLength)
    : Buffer.concat(body);
};

const headersOf = (metadata: Metadata): ServingResponse['headers'] =>
  Object.fromEntries(
    Object.entries(metadata.getMap()).map(([name, value]) => [name, value.toString()]),
  );

/** Long-lived channels to one serving. Knows nothing of the messages that it carries. */
export class GrpcTransport implements Transport {
  readonly #options: GrpcTransportOptions;
  readonly #address: string;
  readonly #lanes: Lane[];

  constructor(options: GrpcTransportOptions) {
    this.#options = options;
    this.#address = new URL(options.origin).host;
    this.#lanes = Array.from({ length: options.channels ?? CHANNELS }, () => ({
      client: this.#connect(),
      inFlight: 0,
    }));
  }

  send(
    request: ServingRequest,
    onStart: (abort: (reason: Error) => void) => void,
  ): Promise<ServingResponse> {
    const { serving, timeoutMs, meaningOf } = this.#options;
    const lane = this.#freestLane();
    lane.inFlight += 1;
    return new Promise((resolve, reject) => {
      let reason: Error | undefined;
      let headers: ServingResponse['headers'] = {};
      const call = lane.client.makeUnaryRequest(
        request.path,
        asTheyAre,
        asTheyAre,
        messageOf(request),
        new Metadata(),
        { deadline: Date.now() + timeoutMs },
        (error: ServiceError | null, answer?: Buffer) => {
          lane.inFlight -= 1;
          request.release?.();
          if (reason !== undefined) reject(reason);
          else if (error !== null) {
            reject(callErrorOf(error, { serving, timeoutMs, meaningOf }));
          } else resolve({ headers, body: answer ?? Buffer.alloc(0) });
        },
      );
      call.on('metadata', (metadata) => {
        headers = headersOf(metadata);
      });
      onStart((why) => {
        reason = why;
        call.cancel();
      });
    });
  }

  async close(): Promise<void> {
    for (const { client } of this.#lanes) client.close();
  }

  #connect(): Client {
    return new Client(this.#address, credentials.createInsecure(), channelOptions);
  }

  /** The one with the fewest calls under way. */
  #freestLane(): Lane {
    let [best] = this.#lanes as [Lane];
    for (const lane of this.#lanes) {
      if (lane.inFlight < best.inFlight) best = lane;
    }
    // A channel that could not connect refuses everything until its time to wait is over, although the serving may be
    // back by now; a new one tries at once.
    if (
      best.client.getChannel().getConnectivityState(false) === connectivityState.TRANSIENT_FAILURE
    ) {
      best.client.close();
      best.client = this.#connect();
    }
    return best;
  }
}
