import { BACK_OFF_MS } from '../../../k6/load-plan.ts';
import { OUTCOME } from './outcome.ts';
import { Connection, type OnEnd } from './connection.ts';
import type { Recorder } from './recorder.ts';
import type { LoadTarget } from './load-target.ts';

/** A load that is ready to begin and runs until it is stopped. */
export interface Loop {
  /** Begins to send; `clock` gives milliseconds from now on. */
  readonly start: (clock: () => number) => void;
  /** Stops sending, aborts requests that do not count, and resolves when none that counts is in flight. */
  readonly stop: () => Promise<void>;
}

/**
 * N virtual users, each with its own connection; each sends its next request when it has its answer, like the constant-vus
 * executor of k6. All begin at once.
 *
 * A closed loop offers less while the server is slow: in a stall each user waits with one request, and the requests that it
 * would have sent never exist. So a stall of 500 ms is seen by N requests only. An open loop shows stalls.
 */
export const createClosedLoop = (
  target: LoadTarget,
  virtualUsers: number,
  nextImage: () => number,
  recorder: Recorder,
): Loop => {
  let running = true;
  const connections: Connection[] = [];
  const backOffs = new Set<NodeJS.Timeout>();

  const onEnd: OnEnd = (connection, ended, doneMs) => {
    const outcome = recorder.record(connection, ended, doneMs);
    if (!running) return;
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
        const connection = new Connection(target, clock, onEnd);
        connections.push(connection);
        connection.send(nextImage());
      }
    },
    stop: () => {
      running = false;
      backOffs.forEach((backOff) => clearTimeout(backOff));
      abortAll(connections, recorder);
      return Promise.resolve();
    },
  };
};

/** Breaks off all connections; what is in flight becomes unfinished. */
export const abortAll = (connections: readonly Connection[], recorder: Recorder): void => {
  for (const connection of connections) {
    if (connection.busy) {
      recorder.addUnfinished(connection.plannedMs, connection.sentMs, connection.image);
    }
    connection.abort();
  }
};
