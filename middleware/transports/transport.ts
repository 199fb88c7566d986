import type { ServingRequest, ServingResponse } from '../servings/serving.ts';

/** The connections to one serving over one protocol. Nothing is sent twice. */
export interface Transport {
  /**
   * Sends a request and gives the answer, if it is a success.
   * @param onStart receives the way to give up the exchange with an error.
   * @throws one of the errors of upstream-errors.ts
   */
  send(
    request: ServingRequest,
    onStart: (abort: (reason: Error) => void) => void,
  ): Promise<ServingResponse>;
  /** Ends all connections, in use or not. */
  close(): Promise<void>;
}
