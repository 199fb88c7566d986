import type { ServingRequest, ServingResponse } from '../servings/serving.ts';

/** The connections to one serving over one protocol. It never retries a request. */
export interface Transport {
  /**
   * Sends a request and resolves to a successful answer.
   * @param onStart - Gets the function that aborts the exchange with an error.
   * @throws the errors of upstream-errors.ts
   */
  send(
    request: ServingRequest,
    onStart: (abort: (reason: Error) => void) => void,
  ): Promise<ServingResponse>;
  /** Closes all connections, even those in use. */
  close(): Promise<void>;
}
