import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { MOST_IN_FLIGHT } from '../../../k6/load-plan.ts';
import { abortAll, type Loop } from './closed-loop.ts';
import { Connection, type OnEnd } from './connection.ts';
import { isInside, type MeasuringWindow } from './measuring-window.ts';
import type { Recorder } from './recorder.ts';
import type { LoadTarget } from './load-target.ts';

/** Copies times into shared memory, 8 bytes each, so that a thread can follow them. */
const sharedTimes = (timesMs: readonly number[]): Float64Array<SharedArrayBuffer> => {
  const bytes = timesMs.length * Float64Array.BYTES_PER_ELEMENT;
  const times = new Float64Array(new SharedArrayBuffer(bytes));
  times.set(timesMs);
  return times;
};

/** Calls back at planned times. */
interface Pacer {
  /** The times are those of `clock`. */
  readonly start: (clock: () => number, onDue: () => void) => void;
  readonly stop: () => Promise<void>;
}

/**
 * Makes a pacer for times in milliseconds, ascending, in shared memory.
 *
 * Timers of Node fire on whole milliseconds, often one too late, which is as much as a whole answer takes here; a busy
 * loop would be exact and take the core that the server needs. So a thread of its own sleeps with the precision of the
 * system's clock until each planned time and wakes the main thread by a message.
 */
const openPacer = async (plannedMs: Float64Array<SharedArrayBuffer>): Promise<Pacer> => {
  /** One word: 1 from the thread's call until the main thread has heard it. */
  const called = new SharedArrayBuffer(4);
  const word = new Int32Array(called);
  const thread = new Worker(new URL('pacer-thread.js', import.meta.url), {
    workerData: { plannedMs, called },
    // The loader of the main thread is of no use there, and slow to start.
    execArgv: [],
  });
  await once(thread, 'message');
  return {
    start: (clock, onDue) => {
      thread.on('message', () => {
        // First, so that a time that comes while the callback runs calls again.
        Atomics.store(word, 0, 0);
        onDue();
      });
      // Threads share this clock alone. An origin of its own would make each request late by what lies between them.
      thread.postMessage(process.hrtime.bigint() - BigInt(Math.round(clock() * 1e6)), []);
    },
    stop: async () => {
      await thread.terminate();
    },
  };
};

/**
 * Sends each request at its planned time, whatever the answers do, on a free connection; the pool of connections grows
 * with need. A request that is planned when all `MOST_IN_FLIGHT` are busy is dropped and counted as unsent, not queued:
 * a queue in the generator would be measured as the server's.
 *
 * Latency begins at the planned time, so a stall of the server, or of the engine itself, is seen by every request that
 * was planned in it.
 *
 * @param arrivalsMs the planned times, ascending, until the end of the window
 */
export const createOpenLoop = async (
  target: LoadTarget,
  arrivalsMs: readonly number[],
  window: MeasuringWindow,
  nextImage: () => number,
  recorder: Recorder,
): Promise<Loop> => {
  const connections: Connection[] = [];
  const free: Connection[] = [];
  let inFlightInWindow = 0;
  let onDrained: (() => void) | undefined;
  let sendDue: (() => void) | undefined;

  const onEnd: OnEnd = (connection, outcome, doneMs) => {
    recorder.record(connection, outcome, doneMs);
    free.push(connection);
    if (isInside(window, connection.plannedMs)) {
      inFlightInWindow -= 1;
      if (inFlightInWindow === 0) {
        onDrained?.();
      }
    }
    // Under a high rate one turn of the event loop handles many answers; what falls due among them should not wait.
    sendDue?.();
  };

  const send = (plannedMs: number, clock: () => number): void => {
    // The one used last is the one least likely to have been closed by the server.
    let connection = free.pop();
    if (connection === undefined) {
      if (connections.length === MOST_IN_FLIGHT) {
        recorder.addUnsent(plannedMs, nextImage());
        return;
      }
      connection = new Connection(target, clock, onEnd);
      connections.push(connection);
    }
    inFlightInWindow += isInside(window, plannedMs) ? 1 : 0;
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
      if (inFlightInWindow > 0) {
        await new Promise<void>((resolve) => {
          onDrained = resolve;
        });
      }
      abortAll(connections, recorder);
    },
  };
};
