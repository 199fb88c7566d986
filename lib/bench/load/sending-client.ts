import type { Exchange } from './exchange.ts';
import type { Target } from './target.ts';

export type TargetRequest = Target['requests'][number];

/** What sends the requests of one connection, one after the other. */
export interface SendingClient {
  /** Sends one and tells the exchange what comes of it. */
  readonly dispatch: (request: TargetRequest, exchange: Exchange) => void;
  /** Breaks the connection off; its exchange may still be told of that. */
  readonly destroy: () => void;
}
