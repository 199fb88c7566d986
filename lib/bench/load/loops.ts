import { BACK_OFF_MS, MAX_IN_FLIGHT } from '../../../k6/load-plan.ts';
import { OUTCOME } from './outcome.ts';
import { Connection, type OnEnd } from './connection.ts';
import type { Recorder } from './recorder.ts';
import type { LoadTarget } from './job.ts';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

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

/** Copies times into shared memory, 8 bytes each, so that a thread can read them. */
const sharedTimes = (timesMs: readonly number[]): Float64Array<SharedArrayBuffer> => {
  const bytes = timesMs.length * Float64Array.BYTES_PER_ELEMENT;
  const times = new Float64Array(new SharedArrayBuffer(bytes));
  times.set(timesMs);
  return times;
};

/** Calls back at planned times. */
interface Pacer {
  /** Starts; the planned times are those of `clock`. */
  readonly start: (clock: () => number, onDue: () => void) => void;
  readonly stop: () => Promise<void>;
}

/**
 * Opens a pacer for ascending times in milliseconds, in shared memory.
 *
 * Node timers fire on whole milliseconds, often one too late, which is as long as an answer may take. A busy loop would be
 * exact, but would take the core that the server needs. So a thread sleeps until each planned time, with the precision of the
 * system clock, and wakes the main thread with a message.
 */
const openPacer = async (plannedMs: Float64Array<SharedArrayBuffer>): Promise<Pacer> => {
  /** One word: 1 from the thread's call until the main thread handles it. */
  const called = new SharedArrayBuffer(4);
  const word = new Int32Array(called);
  const thread = new Worker(new URL('pacer-thread.js', import.meta.url), {
    workerData: { plannedMs, called },
    // The thread runs plain JavaScript, and the TypeScript loader of the main thread is slow to start.
    execArgv: [],
  });
  await once(thread, 'message');
  return {
    start: (clock, onDue) => {
      thread.on('message', () => {
        // Reset first, so that a time that falls due during the callback calls again.
        Atomics.store(word, 0, 0);
        onDue();
      });
      // `hrtime` is the only clock that both threads share, so the thread gets the origin of `clock` on it.
      thread.postMessage(process.hrtime.bigint() - BigInt(Math.round(clock() * 1e6)), []);
    },
    stop: async () => {
      await thread.terminate();
    },
  };
};

/**
 * Sends each request at its planned time on a free connection, however late the answers are. The pool of connections grows as
 * needed. A request that falls due while all `MAX_IN_FLIGHT` connections are busy is dropped and counted as unsent. It is not
 * queued, because a queue in the load generator would look like one in the server.
 *
 * Latency starts at the planned time, so every request planned during a stall of the server, or of the load generator itself,
 * shows the stall.
 *
 * @param arrivalsMs the planned times, ascending, until the end of the window
 */
export const createOpenLoop = async (
  target: LoadTarget,
  arrivalsMs: readonly number[],
  nextImage: () => number,
  recorder: Recorder,
): Promise<Loop> => {
  const connections: Connection[] = [];
  const free: Connection[] = [];
  let onDrained: (() => void) | undefined;
  let sendDue: (() => void) | undefined;

  const onEnd: OnEnd = (connection, outcome, doneMs) => {
    recorder.record(connection, outcome, doneMs);
    free.push(connection);
    if (free.length === connections.length) onDrained?.();
    // At a high rate, one turn of the event loop handles many answers. Requests that fall due meanwhile should not wait.
    sendDue?.();
  };

  const send = (plannedMs: number, clock: () => number): void => {
    // The server is least likely to have closed the connection that was used last.
    let connection = free.pop();
    if (connection === undefined) {
      if (connections.length === MAX_IN_FLIGHT) {
        recorder.addUnsent(plannedMs, nextImage());
        return;
      }
      connection = new Connection(target, connections.length, clock, onEnd);
      connections.push(connection);
    }
    connection.send(nextImage(), plannedMs);
  };

  const arrivals = sharedTimes(arrivalsMs);
  let next = 0;
  const sendDueAt = (clock: () => number): void => {
    const nowMs = clock();
    for (
      let plannedMs = arrivals[next];
      plannedMs !== undefined && plannedMs <= nowMs;
      plannedMs = arrivals[next]
    ) {
      next += 1;
      send(plannedMs, clock);
    }
  };

  const pacer = await openPacer(arrivals);
  return {
    start: (clock) => {
      sendDue = () => sendDueAt(clock);
      pacer.start(clock, sendDue);
    },
    stop: async () => {
      await pacer.stop();
      sendDue?.();
      if (free.length < connections.length) {
        await new Promise<void>((resolve) => {
          onDrained = resolve;
        });
      }
      for (const connection of connections) connection.close();
    },
  };
};
