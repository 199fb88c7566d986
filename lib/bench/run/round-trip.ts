import { once } from 'node:events';
import { connect } from 'node:net';
import { medianOf } from '../stats/moments.ts';

const HANDSHAKES = 9;

/** Time of one TCP handshake in milliseconds; throws like {@link measureRoundTrip}. */
export const handshakeMs = async (
  host: string,
  port: number,
  signal: AbortSignal,
): Promise<number> => {
  const startedAt = performance.now();
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect', { signal });
    return performance.now() - startedAt;
  } finally {
    socket.destroy();
  }
};

/**
 * Measures the round trip to another machine in milliseconds: the median time of TCP handshakes, which the kernel answers even if
 * the program is busy.
 *
 * @throws Error if nothing listens there; an AbortError if it was aborted.
 */
export const measureRoundTrip = async (
  host: string,
  port: number,
  signal: AbortSignal,
): Promise<number> => {
  const timesMs: number[] = [];
  while (timesMs.length < HANDSHAKES) timesMs.push(await handshakeMs(host, port, signal));
  return medianOf(timesMs);
};
