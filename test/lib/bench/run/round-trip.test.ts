import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { measureRoundTrip } from '../../../../lib/bench/run/round-trip.ts';
import { listenTcp } from '../../../support/tcp-server.ts';

const signal = new AbortController().signal;

describe('The round trip to another machine', () => {
  it('is the time of a handshake, and leaves no connection open', async () => {
    const server = createServer((socket) => void socket.on('error', () => undefined).resume());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;

    expect(await measureRoundTrip('127.0.0.1', port, signal)).toBeGreaterThan(0);
    server.close();
    // Emitted after the last connection has closed.
    await once(server, 'close');
  });

  it('is unknown if nothing listens, and its measurement can be aborted', async () => {
    const { port, close } = await listenTcp(() => undefined);

    const aborted = measureRoundTrip('127.0.0.1', port, AbortSignal.abort());
    await expect(aborted).rejects.toThrow('aborted');
    await close();
    await expect(measureRoundTrip('127.0.0.1', port, signal)).rejects.toThrow('ECONNREFUSED');
  });
});
