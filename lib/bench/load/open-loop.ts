import { planArrivals } from './arrivals.ts';
import type { ArrivalPlan } from './arrivals.ts';
import { abortAll } from './closed-loop.ts';
import type { Loop } from './closed-loop.ts';
import { Connection } from './connection.ts';
import type { EndedExchange } from './connection.ts';
import type { MeasuringWindow } from './measuring-window.ts';
import { isInside } from './measuring-window.ts';
import { openPacer } from './pacer.ts';
import type { Recorder } from './recorder.ts';
import type { Target } from './target.ts';

/** More exchanges at a time are not begun; a request that finds no free connection below this is not sent at all. */
const MAX_IN_FLIGHT = 2000;

/**
 * Sends each request at its planned time, whatever the answers do, on a free connection; the pool of connections grows
 * with need. A request that is planned when all `MAX_IN_FLIGHT` are busy is dropped and counted as unsent, not queued:
 * a queue in the generator would be measured as the server's.
 *
 * Latency begins at the planned time, so a stall of the server, or of the engine itself, is seen by every request that
 * was planned in it.
 */
export const createOpenLoop = async (
  target: Target,
  plan: ArrivalPlan,
  window: MeasuringWindow,
  nextImage: () => number,
  recorder: Recorder,
): Promise<Loop> => {
  const connections: Connection[] = [];
  const free: Connection[] = [];
  let inFlightInWindow = 0;
  let onDrained: (() => void) | undefined;
  let sendDue: (() => void) | undefined;

  const onEnd = (connection: Connection, ended: EndedExchange): void => {
    recorder.record(ended);
    free.push(connection);
    if (isInside(window, ended.plannedMs)) {
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
      if (connections.length === MAX_IN_FLIGHT) {
        recorder.recordUnsent(plannedMs, nextImage());
        return;
      }
      connection = new Connection(target, clock, onEnd);
      connections.push(connection);
    }
    inFlightInWindow += isInside(window, plannedMs) ? 1 : 0;
    connection.send(nextImage(), plannedMs);
  };

  const arrivals = planArrivals(plan, window.endMs);
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
      pacer.start(sendDue);
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
