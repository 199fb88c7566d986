import { BACK_OFF_MS } from '../../../k6/load-plan.ts';
import { OUTCOME } from './outcome.ts';
import { Connection, type OnEnd } from './connection.ts';
import type { Recorder } from './recorder.ts';
import type { LoadTarget } from './load-target.ts';

/** A load that is ready to start and runs until it is stopped. */
export interface Loop {
  /** Starts sending; `clock` returns milliseconds since the start of the load. */
  readonly start: (clock: () => number) => void;
  /** Stops sending, and resolves when every request has ended. */
  readonly stop: () => Promise<void>;
}

/**
 * Runs N virtual users, like the constant-vus executor of k6: each has its own connection and sends its next request as soon
 * as it has the answer to the last one. All start at once.
 *
 * A closed loop offers less load while the server is slow: during a stall, each user waits for one request and never sends the
 * requests it would have sent, so only N requests see the stall. An open loop shows stalls in full.
 */
export const createClosedLoop = (
  target: LoadTarget,
  virtualUsers: number,
  nextImage: () => number,
  recorder: Recorder,
): Loop => {
  let running = true;
  let onIdle: (() => void) | undefined;
  const connections: Connection[] = [];
  const backOffs = new Set<NodeJS.Timeout>();

  const onEnd: OnEnd = (connection, exchangeOutcome, doneMs) => {
    const outcome = recorder.record(connection, exchangeOutcome, doneMs);
    if (!running) {
      if (connections.every(({ busy }) => !busy)) onIdle?.();
      return;
    }
    if (outcome !== OUTCOME.connect && outcome !== OUTCOME.reset) {
      connection.send(nextImage());
      return;
    }
    const backOff = setTimeout(() => {
      backOffs.delete(backOff);
      connection.send(nextImage());
    }, BACK_OFF_MS);
    backOffs.add(backOff);
  };

  return {
    start: (clock) => {
      for (let user = 0; user < virtualUsers; user += 1) {
        const connection = new Connection(target, user, clock, onEnd);
        connections.push(connection);
        connection.send(nextImage());
      }
    },
    stop: async () => {
      running = false;
      backOffs.forEach((backOff) => clearTimeout(backOff));
      if (connections.some(({ busy }) => busy)) {
        await new Promise<void>((resolve) => {
          onIdle = resolve;
        });
      }
      for (const connection of connections) connection.close();
    },
  };
};
